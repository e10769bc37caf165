"""arXiv's archives, categories and aliases, as data (arXiv/arxiv-base, taxonomy of June 2026).

A *category* is what a paper is listed in (`cs.CL`, `hep-th`). An *archive* holds categories (`cs`), or is one
itself (`hep-th`). Six pairs of categories are one list under two names; `canonical` says which name stands.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Archive:
    """`group` is the heading under which arXiv lists it."""

    id: str
    name: str
    group: str


@dataclass(frozen=True, slots=True)
class Category:
    """`archive` is the id of the archive that holds it. Inactive ones take no new papers."""

    id: str
    name: str
    archive: str
    active: bool = True


ARCHIVES: dict[str, Archive] = {
    a.id: a
    for a in (
        Archive("astro-ph", "Astrophysics", "Physics"),
        Archive("cond-mat", "Condensed Matter", "Physics"),
        Archive("cs", "Computer Science", "Computer Science"),
        Archive("econ", "Economics", "Economics"),
        Archive(
            "eess", "Electrical Engineering and Systems Science", "Electrical Engineering and Systems Science"
        ),
        Archive("gr-qc", "General Relativity and Quantum Cosmology", "Physics"),
        Archive("hep-ex", "High Energy Physics - Experiment", "Physics"),
        Archive("hep-lat", "High Energy Physics - Lattice", "Physics"),
        Archive("hep-ph", "High Energy Physics - Phenomenology", "Physics"),
        Archive("hep-th", "High Energy Physics - Theory", "Physics"),
        Archive("math", "Mathematics", "Mathematics"),
        Archive("math-ph", "Mathematical Physics", "Physics"),
        Archive("nlin", "Nonlinear Sciences", "Physics"),
        Archive("nucl-ex", "Nuclear Experiment", "Physics"),
        Archive("nucl-th", "Nuclear Theory", "Physics"),
        Archive("physics", "Physics", "Physics"),
        Archive("q-bio", "Quantitative Biology", "Quantitative Biology"),
        Archive("q-fin", "Quantitative Finance", "Quantitative Finance"),
        Archive("quant-ph", "Quantum Physics", "Physics"),
        Archive("stat", "Statistics", "Statistics"),
    )
}

CATEGORIES: dict[str, Category] = {
    c.id: c
    for c in (
        Category("acc-phys", "Accelerator Physics", "acc-phys", active=False),
        Category("adap-org", "Adaptation, Noise, and Self-Organizing Systems", "adap-org", active=False),
        Category("alg-geom", "Algebraic Geometry", "alg-geom", active=False),
        Category("ao-sci", "Atmospheric-Oceanic Sciences", "ao-sci", active=False),
        Category("astro-ph", "Astrophysics", "astro-ph", active=False),
        Category("astro-ph.CO", "Cosmology and Nongalactic Astrophysics", "astro-ph"),
        Category("astro-ph.EP", "Earth and Planetary Astrophysics", "astro-ph"),
        Category("astro-ph.GA", "Astrophysics of Galaxies", "astro-ph"),
        Category("astro-ph.HE", "High Energy Astrophysical Phenomena", "astro-ph"),
        Category("astro-ph.IM", "Instrumentation and Methods for Astrophysics", "astro-ph"),
        Category("astro-ph.SR", "Solar and Stellar Astrophysics", "astro-ph"),
        Category("atom-ph", "Atomic, Molecular and Optical Physics", "atom-ph", active=False),
        Category("bayes-an", "Bayesian Analysis", "bayes-an", active=False),
        Category("chao-dyn", "Chaotic Dynamics", "chao-dyn", active=False),
        Category("chem-ph", "Chemical Physics", "chem-ph", active=False),
        Category("cmp-lg", "Computation and Language", "cmp-lg", active=False),
        Category("comp-gas", "Cellular Automata and Lattice Gases", "comp-gas", active=False),
        Category("cond-mat", "Condensed Matter", "cond-mat", active=False),
        Category("cond-mat.dis-nn", "Disordered Systems and Neural Networks", "cond-mat"),
        Category("cond-mat.mes-hall", "Mesoscale and Nanoscale Physics", "cond-mat"),
        Category("cond-mat.mtrl-sci", "Materials Science", "cond-mat"),
        Category("cond-mat.other", "Other Condensed Matter", "cond-mat"),
        Category("cond-mat.quant-gas", "Quantum Gases", "cond-mat"),
        Category("cond-mat.soft", "Soft Condensed Matter", "cond-mat"),
        Category("cond-mat.stat-mech", "Statistical Mechanics", "cond-mat"),
        Category("cond-mat.str-el", "Strongly Correlated Electrons", "cond-mat"),
        Category("cond-mat.supr-con", "Superconductivity", "cond-mat"),
        Category("cs.AI", "Artificial Intelligence", "cs"),
        Category("cs.AR", "Hardware Architecture", "cs"),
        Category("cs.CC", "Computational Complexity", "cs"),
        Category("cs.CE", "Computational Engineering, Finance, and Science", "cs"),
        Category("cs.CG", "Computational Geometry", "cs"),
        Category("cs.CL", "Computation and Language", "cs"),
        Category("cs.CR", "Cryptography and Security", "cs"),
        Category("cs.CV", "Computer Vision and Pattern Recognition", "cs"),
        Category("cs.CY", "Computers and Society", "cs"),
        Category("cs.DB", "Databases", "cs"),
        Category("cs.DC", "Distributed, Parallel, and Cluster Computing", "cs"),
        Category("cs.DL", "Digital Libraries", "cs"),
        Category("cs.DM", "Discrete Mathematics", "cs"),
        Category("cs.DS", "Data Structures and Algorithms", "cs"),
        Category("cs.ET", "Emerging Technologies", "cs"),
        Category("cs.FL", "Formal Languages and Automata Theory", "cs"),
        Category("cs.GL", "General Literature", "cs"),
        Category("cs.GR", "Graphics", "cs"),
        Category("cs.GT", "Computer Science and Game Theory", "cs"),
        Category("cs.HC", "Human-Computer Interaction", "cs"),
        Category("cs.IR", "Information Retrieval", "cs"),
        Category("cs.IT", "Information Theory", "cs"),
        Category("cs.LG", "Machine Learning", "cs"),
        Category("cs.LO", "Logic in Computer Science", "cs"),
        Category("cs.MA", "Multiagent Systems", "cs"),
        Category("cs.MM", "Multimedia", "cs"),
        Category("cs.MS", "Mathematical Software", "cs"),
        Category("cs.NA", "Numerical Analysis", "cs"),
        Category("cs.NE", "Neural and Evolutionary Computing", "cs"),
        Category("cs.NI", "Networking and Internet Architecture", "cs"),
        Category("cs.OH", "Other Computer Science", "cs"),
        Category("cs.OS", "Operating Systems", "cs"),
        Category("cs.PF", "Performance", "cs"),
        Category("cs.PL", "Programming Languages", "cs"),
        Category("cs.RO", "Robotics", "cs"),
        Category("cs.SC", "Symbolic Computation", "cs"),
        Category("cs.SD", "Sound", "cs"),
        Category("cs.SE", "Software Engineering", "cs"),
        Category("cs.SI", "Social and Information Networks", "cs"),
        Category("cs.SY", "Systems and Control", "cs"),
        Category("dg-ga", "Differential Geometry", "dg-ga", active=False),
        Category("econ.EM", "Econometrics", "econ"),
        Category("econ.GN", "General Economics", "econ"),
        Category("econ.TH", "Theoretical Economics", "econ"),
        Category("eess.AS", "Audio and Speech Processing", "eess"),
        Category("eess.IV", "Image and Video Processing", "eess"),
        Category("eess.SP", "Signal Processing", "eess"),
        Category("eess.SY", "Systems and Control", "eess"),
        Category("funct-an", "Functional Analysis", "funct-an", active=False),
        Category("gr-qc", "General Relativity and Quantum Cosmology", "gr-qc"),
        Category("hep-ex", "High Energy Physics - Experiment", "hep-ex"),
        Category("hep-lat", "High Energy Physics - Lattice", "hep-lat"),
        Category("hep-ph", "High Energy Physics - Phenomenology", "hep-ph"),
        Category("hep-th", "High Energy Physics - Theory", "hep-th"),
        Category("math.AC", "Commutative Algebra", "math"),
        Category("math.AG", "Algebraic Geometry", "math"),
        Category("math.AP", "Analysis of PDEs", "math"),
        Category("math.AT", "Algebraic Topology", "math"),
        Category("math.CA", "Classical Analysis and ODEs", "math"),
        Category("math.CO", "Combinatorics", "math"),
        Category("math.CT", "Category Theory", "math"),
        Category("math.CV", "Complex Variables", "math"),
        Category("math.DG", "Differential Geometry", "math"),
        Category("math.DS", "Dynamical Systems", "math"),
        Category("math.FA", "Functional Analysis", "math"),
        Category("math.GM", "General Mathematics", "math"),
        Category("math.GN", "General Topology", "math"),
        Category("math.GR", "Group Theory", "math"),
        Category("math.GT", "Geometric Topology", "math"),
        Category("math.HO", "History and Overview", "math"),
        Category("math.IT", "Information Theory", "math"),
        Category("math.KT", "K-Theory and Homology", "math"),
        Category("math.LO", "Logic", "math"),
        Category("math.MG", "Metric Geometry", "math"),
        Category("math.MP", "Mathematical Physics", "math"),
        Category("math.NA", "Numerical Analysis", "math"),
        Category("math.NT", "Number Theory", "math"),
        Category("math.OA", "Operator Algebras", "math"),
        Category("math.OC", "Optimization and Control", "math"),
        Category("math.PR", "Probability", "math"),
        Category("math.QA", "Quantum Algebra", "math"),
        Category("math.RA", "Rings and Algebras", "math"),
        Category("math.RT", "Representation Theory", "math"),
        Category("math.SG", "Symplectic Geometry", "math"),
        Category("math.SP", "Spectral Theory", "math"),
        Category("math.ST", "Statistics Theory", "math"),
        Category("math-ph", "Mathematical Physics", "math-ph"),
        Category("mtrl-th", "Materials Theory", "mtrl-th", active=False),
        Category("nlin.AO", "Adaptation and Self-Organizing Systems", "nlin"),
        Category("nlin.CD", "Chaotic Dynamics", "nlin"),
        Category("nlin.CG", "Cellular Automata and Lattice Gases", "nlin"),
        Category("nlin.PS", "Pattern Formation and Solitons", "nlin"),
        Category("nlin.SI", "Exactly Solvable and Integrable Systems", "nlin"),
        Category("nucl-ex", "Nuclear Experiment", "nucl-ex"),
        Category("nucl-th", "Nuclear Theory", "nucl-th"),
        Category("patt-sol", "Pattern Formation and Solitons", "patt-sol", active=False),
        Category("physics.acc-ph", "Accelerator Physics", "physics"),
        Category("physics.ao-ph", "Atmospheric and Oceanic Physics", "physics"),
        Category("physics.app-ph", "Applied Physics", "physics"),
        Category("physics.atm-clus", "Atomic and Molecular Clusters", "physics"),
        Category("physics.atom-ph", "Atomic Physics", "physics"),
        Category("physics.bio-ph", "Biological Physics", "physics"),
        Category("physics.chem-ph", "Chemical Physics", "physics"),
        Category("physics.class-ph", "Classical Physics", "physics"),
        Category("physics.comp-ph", "Computational Physics", "physics"),
        Category("physics.data-an", "Data Analysis, Statistics and Probability", "physics"),
        Category("physics.ed-ph", "Physics Education", "physics"),
        Category("physics.flu-dyn", "Fluid Dynamics", "physics"),
        Category("physics.gen-ph", "General Physics", "physics"),
        Category("physics.geo-ph", "Geophysics", "physics"),
        Category("physics.hist-ph", "History and Philosophy of Physics", "physics"),
        Category("physics.ins-det", "Instrumentation and Detectors", "physics"),
        Category("physics.med-ph", "Medical Physics", "physics"),
        Category("physics.optics", "Optics", "physics"),
        Category("physics.plasm-ph", "Plasma Physics", "physics"),
        Category("physics.pop-ph", "Popular Physics", "physics"),
        Category("physics.soc-ph", "Physics and Society", "physics"),
        Category("physics.space-ph", "Space Physics", "physics"),
        Category("plasm-ph", "Plasma Physics", "plasm-ph", active=False),
        Category("q-alg", "Quantum Algebra and Topology", "q-alg", active=False),
        Category("q-bio", "Quantitative Biology", "q-bio", active=False),
        Category("q-bio.BM", "Biomolecules", "q-bio"),
        Category("q-bio.CB", "Cell Behavior", "q-bio"),
        Category("q-bio.GN", "Genomics", "q-bio"),
        Category("q-bio.MN", "Molecular Networks", "q-bio"),
        Category("q-bio.NC", "Neurons and Cognition", "q-bio"),
        Category("q-bio.OT", "Other Quantitative Biology", "q-bio"),
        Category("q-bio.PE", "Populations and Evolution", "q-bio"),
        Category("q-bio.QM", "Quantitative Methods", "q-bio"),
        Category("q-bio.SC", "Subcellular Processes", "q-bio"),
        Category("q-bio.TO", "Tissues and Organs", "q-bio"),
        Category("q-fin.CP", "Computational Finance", "q-fin"),
        Category("q-fin.EC", "Economics", "q-fin"),
        Category("q-fin.GN", "General Finance", "q-fin"),
        Category("q-fin.MF", "Mathematical Finance", "q-fin"),
        Category("q-fin.PM", "Portfolio Management", "q-fin"),
        Category("q-fin.PR", "Pricing of Securities", "q-fin"),
        Category("q-fin.RM", "Risk Management", "q-fin"),
        Category("q-fin.ST", "Statistical Finance", "q-fin"),
        Category("q-fin.TR", "Trading and Market Microstructure", "q-fin"),
        Category("quant-ph", "Quantum Physics", "quant-ph"),
        Category("solv-int", "Exactly Solvable and Integrable Systems", "solv-int", active=False),
        Category("stat.AP", "Applications", "stat"),
        Category("stat.CO", "Computation", "stat"),
        Category("stat.ME", "Methodology", "stat"),
        Category("stat.ML", "Machine Learning", "stat"),
        Category("stat.OT", "Other Statistics", "stat"),
        Category("stat.TH", "Statistics Theory", "stat"),
        Category("supr-con", "Superconductivity", "supr-con", active=False),
    )
}

# The right-hand name is the one that arXiv lists under.
ALIASES: dict[str, str] = {
    "math.MP": "math-ph",
    "stat.TH": "math.ST",
    "math.IT": "cs.IT",
    "q-fin.EC": "econ.GN",
    "cs.SY": "eess.SY",
    "cs.NA": "math.NA",
}

# Archives that were closed, and the category that continues each.
SUBSUMED: dict[str, str] = {
    "cmp-lg": "cs.CL",
    "adap-org": "nlin.AO",
    "comp-gas": "nlin.CG",
    "chao-dyn": "nlin.CD",
    "solv-int": "nlin.SI",
    "patt-sol": "nlin.PS",
    "alg-geom": "math.AG",
    "dg-ga": "math.DG",
    "funct-an": "math.FA",
    "q-alg": "math.QA",
    "mtrl-th": "cond-mat.mtrl-sci",
    "supr-con": "cond-mat.supr-con",
    "acc-phys": "physics.acc-ph",
    "ao-sci": "physics.ao-ph",
    "atom-ph": "physics.atom-ph",
    "bayes-an": "physics.data-an",
    "chem-ph": "physics.chem-ph",
    "plasm-ph": "physics.plasm-ph",
}


def canonical(category: str) -> str:
    """The one name of a category: aliases and closed archives resolved, anything else unchanged."""
    return ALIASES.get(category) or SUBSUMED.get(category, category)


def expand(names: Iterable[str]) -> tuple[str, ...]:
    """Categories for a mix of categories and whole archives, canonical, in the order given, without repeats.

    Raises KeyError with the first name that is neither an active category nor an archive.
    """
    found: dict[str, None] = {}
    for name in names:
        found.update(dict.fromkeys(_categories_of(name)))
    return tuple(found)


def _categories_of(name: str) -> list[str]:
    if name in CATEGORIES and (CATEGORIES[name].active or name in SUBSUMED):
        return [canonical(name)]
    if name not in ARCHIVES:
        raise KeyError(name)
    return [canonical(c.id) for c in CATEGORIES.values() if c.archive == name and c.active]


def nearest(name: str) -> str | None:
    """The valid category or archive that looks most like `name`, for a helpful refusal."""
    valid = [*ARCHIVES, *(c.id for c in CATEGORIES.values() if c.active)]
    folded = {v.lower(): v for v in valid}
    close = difflib.get_close_matches(name.lower(), folded, n=1, cutoff=0.5)
    return folded[close[0]] if close else None


def title(category: str) -> str:
    """The category's full name, or the id itself when unknown."""
    known = CATEGORIES.get(category)
    return known.name if known else category
