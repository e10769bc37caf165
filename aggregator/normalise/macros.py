r"""What arXiv authors write in formulas beyond LaTeX's own commands, as a table.

Abstracts are pasted from papers whose preambles are not there. The table was made by counting which unknown
commands stop the conversion of 50,000 real papers; it holds those with one usual reading (`\R` is the real line,
`\eps` is ε, `\cM` a calligraphic M). Where habits differ only in the alphabet (`\A`, `\XX`), the letter is certain
and the font is the commoner one. A command that says nothing by its name stays out: the formula is then shown as
its source. No entry may repeat an argument: nested calls would grow without bound.
"""

from __future__ import annotations

from string import ascii_lowercase, ascii_uppercase

from aggregator.normalise.commands import words

_GREEK = {
    "a": "alpha", "al": "alpha", "alp": "alpha", "b": "beta", "be": "beta", "g": "gamma", "ga": "gamma",
    "gam": "gamma", "Ga": "Gamma", "Gam": "Gamma", "dl": "delta", "De": "Delta", "Del": "Delta",
    "e": "varepsilon",
    "ep": "epsilon", "epsi": "epsilon", "eps": "varepsilon", "ve": "varepsilon", "vep": "varepsilon",
    "veps": "varepsilon", "vareps": "varepsilon", "varep": "varepsilon", "ze": "zeta",
    "Th": "Theta", "l": "lambda", "la": "lambda", "lam": "lambda", "La": "Lambda", "Lam": "Lambda",
    "s": "sigma", "si": "sigma", "sig": "sigma",
    "Si": "Sigma", "Sig": "Sigma", "vp": "varphi", "vph": "varphi", "vphi": "varphi", "w": "omega",
    "om": "omega",
    "Om": "Omega", "ka": "kappa", "upalpha": "alpha", "upbeta": "beta", "upgamma": "gamma", "updelta": "delta",
    "upepsilon": "epsilon", "uplambda": "lambda", "upmu": "mu", "upnu": "nu", "uppi": "pi", "upphi": "phi",
    "upvarphi": "varphi", "uprho": "rho", "upsigma": "sigma", "uptau": "tau", "uptheta": "theta",
    "upomega": "omega",
}  # fmt: skip

_NUMBER_SETS = {
    "Real": "R", "re": "R", "bbr": "R", "bbbr": "R", "rr": "R", "rn": "R^n", "Rn": "R^n",
    "RN": "R^N", "Rd": "R^d", "cc": "C", "bbc": "C", "BbbC": "C", "Integers": "Z", "integers": "Z",
    "bbz": "Z", "Nat": "N", "nat": "N", "rationals": "Q", "bbq": "Q",
}  # fmt: skip

# Names of functions, functors, groups, classes and units: upright, as they are written.
_UPRIGHT = words("""
    Ad Alb Alt Ann Ass Aut BMO BPP BQP CAT CH CUSUM Cl Coh Con Conv Cov Def Der Diag Diff Disc Div Dom Ell End
    Ent Ext Fix Fl Fr Frac Fun GF GL GSp Gal Gin Gr Graph Hess Hilb Hol Hom Homeo II III Id Ind Inf Inn Int
    Inv Irr Isom Iso Jac KL Ker Lex Lie Lip MSE Map Mat Max Min Mod Mor NP NS NSPACE DTIME Ob Op Out PGL PSL
    PSU Par Pf Pic Pol Prim Prob Proj Quot ReLU Rad Rank Rep Res Ric SL SLE SNR SO SP SU Sh Sing Sp Span Spec
    Spin Stab Sub Supp Sym TV Tor Tr UCB Var Vol acc ad add adj algo arcosh area arsinh artanh av bin card cat
    chr cl codim coker conv cost cov crit csch curl depth diag diam disc dist divv dom ess ext fin func gen
    genus grad grade hull id im ind indeg ind init io inv len loc mad maxdeg mean med mesh mix nnz obs odd op
    opt ord outdeg per perm poly pol polylog pr proj pt rad ran rank reg rel res rk sech sgn sign sinc size
    smax snr soc softmax span spec st std supp sym tr trace val vmax vol eV keV MeV GeV TeV kHz MHz GHz Hz cm
    mm km nm kpc Mpc Gpc pc Gyr Myr fb pb Jy dB meter kelvin
""")

_SIGNS = {
    "ra": r"\rightarrow", "lra": r"\longrightarrow", "Ra": r"\Rightarrow", "into": r"\hookrightarrow",
    "onto": r"\twoheadrightarrow", "isom": r"\cong", "lsim": r"\lesssim", "gsim": r"\gtrsim",
    "ltap": r"\lesssim",
    "simlt": r"\lesssim", "simgt": r"\gtrsim", "lap": r"\lesssim", "gap": r"\gtrsim", "eq": "=", "inn": r"\in",
    "smallsetminus": r"\setminus", "comp": r"\circ", "bs": r"\backslash", "sm": r"\setminus", "ot": r"\otimes",
    "cd": r"\cdot", "cds": r"\cdots", "bcdot": r"\cdot", "ldot": r"\ldots", "defeq": r"\coloneqq",
    "prt": r"\partial", "pa": r"\partial", "pd": r"\partial", "dbar": r"\bar\partial", "dd": r"\mathrm{d}",
    "1": r"\mathbf{1}", "0": r"\mathbf{0}", "one": r"\mathbf{1}", "half": r"\tfrac12", "infy": r"\infty",
    "Msun": r"M_\odot", "msun": r"M_\odot", "Msol": r"M_\odot", "Lsun": r"L_\odot", "Rsun": r"R_\odot",
    "kms": r"\mathrm{km\,s^{-1}}", "micron": r"\mu\mathrm{m}", "um": r"\mu\mathrm{m}", "micro": r"\mu",
    "AA": r"\text{Å}", "angstrom": r"\text{Å}", "celsius": r"{}^\circ\mathrm{C}", "permil": "‰",
    "Qbar": r"\overline{\mathbb{Q}}",
    "ttbar": r"t\bar t", "bbbar": r"b\bar b", "pT": r"p_{\mathrm T}", "sqrts": r"\sqrt{s}",
    "scri": r"\mathscr{I}",
    "bigO": r"\mathcal{O}", "Oh": r"\mathcal{O}", "OO": r"\mathcal{O}", "Otilde": r"\tilde{O}",
    "Ot": r"\tilde{O}",
    "hil": r"\mathcal{H}", "prl": r"\parallel", "slash": "/", "davidsstar": "✡", "LaTeX": r"\text{LaTeX}",
    "textbar": "|", "textless": "<", "textgreater": ">", "textmu": r"\mu",
    "varinjlim": r"\underrightarrow{\lim}",
}  # fmt: skip

# Spacing and layout: nothing of the meaning is lost without them.
_DROPPED = words("""
    xspace allowbreak linebreak noindent protect nolinebreak hfill hfil break unboldmath normalsize small
    footnotesize scriptsize tiny large Large null strut nobreak smallskip medskip bigskip par ensuremath smash
    rmfamily upshape centering noi em
""")

_RENAMED = {
    "cr": r"\\", "sp": "^", "sb": "_", "boldmath": r"\bf", "bfseries": r"\bf", "itshape": r"\it",
    "sffamily": r"\sf",
}  # fmt: skip

# Fonts under other names: one argument, given to the command on the right.
_FONTS = {
    "mbox": "text", "hbox": "text", "vbox": "text", "makebox": "text", "textnormal": "text", "textup": "text",
    "textmd": "text", "textsl": "textit", "centerline": "text", "roman": "mathrm", "mrm": "mathrm",
    "mr": "mathrm",
    "unit": "mathrm", "si": "mathrm", "ce": "mathrm", "limfunc": "mathrm", "Cal": "mathcal",
    "mc": "mathcal", "mcal": "mathcal",
    "ca": "mathcal", "mathpzc": "mathcal", "mathds": "mathbb", "mathbbm": "mathbb", "mathbbmss": "mathbb",
    "mbb": "mathbb",
    "bb": "mathbb", "mf": "mathfrak", "mfr": "mathfrak", "goth": "mathfrak", "mahfrak": "mathfrak",
    "mb": "mathbf", "mbf": "mathbf", "mathbold": "mathbf", "vect": "mathbf", "pmb": "bm",
    "mathbfit": "bm", "msf": "mathsf", "EuScript": "mathscr", "euscr": "mathscr", "scr": "mathscr",
    "ol": "overline",
    "ov": "overline", "overl": "overline", "widebar": "overline", "conj": "overline", "ul": "underline",
    "wt": "widetilde", "wh": "widehat", "ti": "tilde", "td": "tilde",
}  # fmt: skip

_WITH_ARGUMENTS = {
    "f": r"\frac{#1}{#2}", "fr": r"\frac{#1}{#2}", "myfrac": r"\frac{#1}{#2}", "sfrac": "{#1}/{#2}",
    "nicefrac": "{#1}/{#2}",
    "abs": r"\left|#1\right|", "norm": r"\left\|#1\right\|", "floor": r"\lfloor #1\rfloor",
    "ceil": r"\lceil #1\rceil", "avg": r"\langle #1\rangle", "vev": r"\langle #1\rangle",
    "expval": r"\langle #1\rangle",
    "ip": r"\langle #1,#2\rangle", "inner": r"\langle #1,#2\rangle", "ketbra": r"|#1\rangle\langle #2|",
    "dv": r"\frac{d #1}{d #2}", "pdv": r"\frac{\partial #1}{\partial #2}", "SI": r"#1\,\mathrm{#2}",
    "qty": r"#1\,\mathrm{#2}",
    "num": "{#1}", "rlap": "{#1}", "llap": "{#1}", "mathnormal": "{#1}", "colorbox": "{#2}",
    "cancelto": r"\cancel{#2}",
    "substack": r"\begin{matrix}#1\end{matrix}", "cases": r"\begin{cases}#1\end{cases}",
    "pmatrix": r"\begin{pmatrix}#1\end{pmatrix}", "leqno": r"\quad #1", "eqno": r"\quad #1",
    "textsuperscript": r"^{\text{#1}}", "textsubscript": r"_{\text{#1}}",
}  # fmt: skip

# Prefix → (alphabet, the letters it is used with).
_PREFIXES = {
    "bb": ("mathbb", ascii_uppercase),
    "BB": ("mathbb", "CFNPQRZ"),
    "B": ("mathbb", "CFNPQRZ"),
    "I": ("mathbb", "CEFHNPQRZ"),
    "b": ("mathbb", "CFKNPQRTZ"),
    "c": ("mathcal", ascii_uppercase),
    "cal": ("mathcal", ascii_uppercase),
    "C": ("mathcal", "ABEFGHIJKLMNOQSTUVWXYZ"),
    "g": ("mathcal", "ABDEGHNSTVX"),
    "s": ("mathscr", "ABCDEFGHKLMSWXY"),
    "f": ("mathfrak", "ABCFGHLMNPRSTX"),
    "fr": ("mathfrak", "abcefghklmnpqstABCFGHLMNPSTX"),
    "bf": ("mathbf", ascii_lowercase + ascii_uppercase),
    "t": ("tilde", "ABCDEFGHOTXY"),
}
_BOLD_VECTORS = "wxyzuvnkpq"


def _families() -> dict[str, str]:
    table = {c: rf"\mathcal{{{c}}}" for c in "ABDGIJKMTUVWXY"}
    table |= {c: rf"\mathbb{{{c}}}" for c in "CEFHKPQT"}
    table |= {c + c: rf"\mathbb{{{c}}}" for c in ascii_uppercase}
    table |= {f"{c}cal": rf"\mathcal{{{c}}}" for c in ascii_uppercase}
    table |= {f"{c}bf": rf"\mathbf{{{c}}}" for c in ascii_lowercase + ascii_uppercase}
    table |= {prefix + c: rf"\mathbf{{{c}}}" for prefix in "bv" for c in _BOLD_VECTORS}
    table |= {f"b{c}": rf"\mathbf{{{c}}}" for c in ascii_uppercase}
    for prefix, (font, letters) in _PREFIXES.items():
        table |= {prefix + c: rf"\{font}{{{c}}}" for c in letters}
    return table


def table() -> dict[str, str]:
    r"""Every macro: name without backslash → replacement with `#1`, `#2` for arguments.

    Later groups win over earlier ones; names that LaTeX itself knows are left to the converter by `maths`.
    """
    return (
        _families()
        | {name: rf"\operatorname{{{name}}}" for name in _UPRIGHT}
        | {name: rf"\{letter}" for name, letter in _GREEK.items()}
        | {name: rf"\mathbb{{{s[0]}}}{s[1:]}" for name, s in _NUMBER_SETS.items()}
        | dict.fromkeys(_DROPPED, "")
        | {name: rf"\{font}{{#1}}" for name, font in _FONTS.items()}
        | _SIGNS
        | _RENAMED
        | _WITH_ARGUMENTS
    )
