r"""Frames that all fields of one temper share: empirical, theory, experiment.

Each temper gives the pools `title`, `opening`, `gap`, `contribution`, `approach`, `result`, `outlook`. The fields
fill the slots `things`, `thing`, `method`, `tool`, `task`, `quantity`, `setting`, `data`, and `claim` (a sentence
of mathematics).
"""

from __future__ import annotations

from aggregator.simulator.phrases import Words, lines, words

SHARED: Words = {
    "many": words("five / six / seven / eight / nine / eleven / twelve / sixteen"),
    "few": words("two / three / four"),
    "percent": (
        *(rf"{n // 10}.{n % 10}\%" for n in range(12, 290, 9)),
        *(f"{n}%" for n in range(3, 30, 4)),
    ),
    "factor": tuple(rf"${n // 10}.{n % 10}\times$" for n in range(13, 95, 6)),
    "count": tuple(f"{n:,}" for n in range(1_200, 92_000, 3_331)),
    "low": tuple(f"0.{n}" for n in range(11, 58, 3)),
    "high": tuple(f"0.{n}" for n in range(61, 98, 3)),
    "sigma": words(r"$3.1\sigma$ / $4.2\sigma$ / $2.7\sigma$ / $5.3\sigma$ / $6\sigma$"),
    "pvalue": words("p < 0.01 / p < 0.05 / $p<10^{-3}$ / $p < 10^{-4}$ / $p=0.03$"),
    "simple": words("simple / lightweight / unified / principled / modular / scalable / robust / efficient"),
    "strange": words(
        "surprising / counter-intuitive / unexpectedly simple / sharp / previously unnoticed / subtle"
    ),
    "surely": words("consistently / reliably / provably / substantially / markedly"),
    "quoted": words(
        "``free lunch'' / ``no regret'' / ``hidden'' order / ``lazy'' regime / \"warm start\" / 'blind spot'"
    ),
    "name": words("""
        Lantern / Kestrel / MOSAIC / TideNet / Quillon / Petrel / ORIEL / Sextant / Marrow / Halyard / VESPER / Aldus
        Brook&Stone / FENN / Cirrus-2 / Tessera / Plover / SALTMARSH / Ember / Junco / Theodolite / Rook / WILLOW
        Myrtle
    """),
}

EMPIRICAL: Words = {
    "title": lines(r"""
        <name>: <^method> for <^task>
        <^method> for <task> <setting>
        Towards <simple> <task> with <method>
        Rethinking <things> <setting>
        What do <things> know? <^a:simple> study of <task>
        When does <method> help? Evidence from <task>
        <name>: <^a:simple> benchmark for <task>
        <^things> <setting>: <a:simple> baseline
        On the limits of <method> in <task>
        How much <quantity> does <task> need?
        From <things> to <things>: <^method> revisited
        A survey of <task> <setting>
        <^method> without the tuning: <^task> in $\mathcal{O}(n \log n)$ time
        Never trust <a:thing> that cannot answer $\varnothing$
    """),
    "opening": lines(r"""
        <^things> have become a standard tool for <task>, yet we understand little of their <quantity> <setting>.
        Despite steady progress in <task>, <things> still fail <setting>.
        <^task> asks how <a:thing> should behave when almost nothing is known in advance.
        Practitioners of <task> often choose between <method> and <method> on little more than habit.
        Recent work on <things> has reported large gains, but mostly where the conditions are kind.
        The success of <method> suggests that <quantity> matters more than size; we ask whether this survives
            <setting>.
        <^task> is usually treated as a problem of scale. We argue that it is first of all a problem of <quantity>.
        It is tempting to believe that <a:thing> which works on <data> works everywhere; it does not.
        Everyone who has deployed <things> knows the <quoted> of <task>: it disappears as soon as one looks for it.
    """),
    "gap": lines(r"""
        However, the two are rarely compared on equal terms, and the reported differences are within noise
            (<pvalue> in only <few> of <many> studies).
        Existing remedies either give up <quantity> or need labels that nobody has.
        This leaves a gap of about <percent> between what is measured on <data> and what users see.
        What is missing is <a:simple> account of when <method> can be expected to work at all.
        Earlier attempts, e.g. those by Erd\H{o}ndi \emph{et al.}, rely on <things> that do not fit in memory.
    """),
    "contribution": lines(r"""
        We present <name>, <a:simple> approach to <task> built on <method>.
        In this paper we introduce <name>, which replaces <method> by <method> and needs no further change.
        We propose <a:simple> alternative: instead of <things>, it keeps one <thing> for each of the <many> regimes.
        This work studies <a:thing> with <count> parameters, trained from scratch on <data>.
        We release <data>, a collection of <count> hand-checked examples for <task>, together with <many> baselines.
        Our starting point is <a:strange> observation: <quantity> and <quantity> can be traded against each
            other exactly.
    """),
    "approach": lines(r"""
        The method alternates between <method> and <method>, and stops when the two agree.
        A small <thing> is trained first; its errors then tell a larger one where to look.
        Technically, we combine <method> with <a:tool>, which keeps the cost linear in the number of <things>.
        Each step costs $\mathcal{O}(n \log n)$ time and $\mathcal{O}(\sqrt{n})$ memory, against $\Theta(n^2)$ before.
        We derive the update from <a:tool>, so that no hyper-parameter is left to tune.
        To this end we formulate <task> as a constrained problem and solve its dual by <method>.
        Every component is ablated in isolation; <few> of <many> turn out not to matter.
    """),
    "result": lines(r"""
        On <data> it improves <quantity> by <percent> over the strongest baseline (<pvalue>, <many> seeds).
        Across <many> datasets the gain is <factor> in speed at equal <quantity>.
        The resulting <thing> <surely> outperforms <things> <setting>, with <percent> fewer parameters.
        Experiments with <count> independent runs confirm the effect; it vanishes without <method>.
        We find <a:strange> pattern: the error falls as $n^{-1/2}$ up to $n \approx$ <count> and as $n^{-1}$ beyond.
        Gains are largest <setting>, where <quantity> improves from <low> to <high> on our scale.
        Perhaps unexpectedly, plain <method> remains competitive: it loses less than <percent> at a tenth of the cost.
    """),
    "outlook": lines(r"""
        Code, data and all <count> trained models are available.
        We discuss what this means for R&D budgets, and where the approach breaks down.
        Taken together, the results suggest that <task> needs better questions rather than larger <things>.
        We close with <many> open problems; the first asks for <a:thing> with provable <quantity>.
        A Q&A-style appendix answers the objections that readers of an earlier draft have raised.
        We hope that <name> makes it easier to tell real progress in <task> from luck.
    """),
}

THEORY: Words = {
    "title": lines(r"""
        On the <quantity> of <things>
        <^quantity> and <quantity> for <things>
        A note on <things> <setting>
        <^things> via <method>
        <^a:strange> bound for <things> <setting>
        <^method> and <task>
        Sharp estimates for the <quantity> of <things>
        A counterexample concerning <things>
        <^things> <setting>: existence, uniqueness, and <quantity>
        Counting <things> by <method>
        On the <quantity> of <things>: a bound of $\frac{n}{2}+o(n)$
        Non-vanishing of the <quantity> for <things> over $\mathbb{Q}$
        <^task>, II: <things> <setting>
        Another proof of $\sum_{k\ge 1} k^{-2} = \pi^2/6$, with <things>
    """),
    "opening": lines(r"""
        We study <things> <setting>, with a view towards <task>.
        Let $X$ be <a:thing>, and let $G$ be a finite group that acts on it faithfully.
        Questions about the <quantity> of <things> go back to Poincar\'e and, in another guise, to Erd\H{o}s.
        It is a classical theorem that <a:thing> is determined by its <quantity>; the converse is less well
            understood.
        In this paper we investigate the relation between <quantity> and <quantity> for <things>.
        A folklore question asks whether every <thing> arises from <method>.
        This is the second of a series of papers on <task>; it can be read independently of the first.
        We answer a question of V\'azsonyi-Duarte about the <quantity> of <things>.
    """),
    "gap": lines(r"""
        For <things> this was known only in dimension $d \le 3$, and only under a smallness assumption.
        The case of equality has remained open, mainly because <method> breaks down <setting>.
        Previous arguments lose a factor of $\log\log n$, which is harmless for applications but hides the structure.
        No analogue was known when the base is merely a <thing>, or when $\operatorname{char} k = p > 0$.
    """),
    "contribution": lines(r"""
        Our main result is <a:strange> characterisation of those <things> that have finite <quantity>.
        We prove that extremal <things> exist, and describe their <quantity> completely.
        We show that <method> applies verbatim <setting>, and deduce <many> corollaries.
        We construct the first example of <a:thing> whose <quantity> is not determined by its <quantity>.
        We give a short proof, based on <a:tool>, of a theorem that previously needed <many> pages of case analysis.
        We introduce a notion of <quantity> for <things> and develop its basic properties.
    """),
    "approach": lines(r"""
        The proof combines <method> with <a:tool>.
        A key ingredient is <a:tool>, which replaces the compactness argument of earlier work and is effective.
        The argument is by induction on the number of <things>; the base case is <a:strange> identity.
        Along the way we establish <a:tool> that may be of independent interest.
        Unlike previous approaches, ours does not use <method>, and therefore extends to <things> <setting>.
        The upper bound is elementary. The lower bound uses <method> together with a probabilistic construction.
    """),
    "result": lines(r"""
        As an application, we obtain new bounds on the <quantity> of <things>.
        In particular, the conjecture holds for all but finitely many <things>.
        The constant is best possible, as <a:strange> example shows.
        This settles the conjecture <setting> and, conditionally, in general.
        We also exhibit <a:thing> for which the naive generalisation fails.
        Computations for $n \le$ <count>, verified twice in exact arithmetic, support the conjecture beyond the
            range of the theorem.
    """),
    "outlook": lines(r"""
        We conclude with <many> open questions.
        An appendix explains the connection with <task>.
        Several of the proofs have been formalised, which uncovered (and repaired) one sign error in \S 4.
        The methods are likely to apply to <things> as well.
    """),
}

EXPERIMENT: Words = {
    "title": lines(r"""
        <^quantity> of <things> <setting>
        Observation of <quantity> in <things>
        <^method> of <things> with <data>
        Evidence for <a:thing> from <method>
        <^task> with <things>: prospects and limits
        Constraining <quantity> with <method>
        <^things> as probes of <task>
        A search for <things> <setting>: null results and lessons for <task>
        Anomalous <quantity> <setting>
        First results from <name>: <^method> and <quantity>
        <^quantity> beyond the mean field: <things> <setting>
        Tunable <quantity> in <things>
    """),
    "opening": lines(r"""
        <^things> offer a clean window on <task>.
        We report <method> of <things> <setting>.
        Little is known about the <quantity> of <things>, although it matters for <task>.
        Understanding <quantity> <setting> is essential for <task>.
        Standard theory predicts that <things> lose their <quantity> <setting>; we test this.
        For more than <many> decades <things> have resisted a consistent description (see, e.g., the discussion
            in A&A~Fig.~3 style plots).
    """),
    "gap": lines(r"""
        Earlier measurements disagree at the level of <sigma>, and the tension has not been resolved.
        Direct access to <quantity> has so far been limited by systematic effects of about <percent>.
        Whether <a:thing> can exist at all under these conditions is debated.
        Existing calculations treat <things> perturbatively, which is questionable <setting>.
    """),
    "contribution": lines(r"""
        Here we present <method> based on <data>, with <count> events after all cuts.
        We demonstrate <a:simple> scheme for <task> that needs no cryogenics.
        We combine <method> with <a:tool> and obtain <quantity> without free parameters.
        Using <a:tool>, we map the full phase diagram of <things> for the first time.
        We propose to use <things> for <task>, and estimate the sensitivity of a realistic set-up.
    """),
    "approach": lines(r"""
        The analysis marginalises over <many> nuisance parameters and is validated on <count> mock samples.
        Our model includes <method> and <method> on an equal footing.
        The background is estimated from data alone, with a closure test at the <percent> level.
        Numerically, we rely on <a:tool> with up to $2^{14}$ sites (resp.\ $48^3 \times 96$ points).
        Calibration with <a:thing> fixes the absolute scale to better than <percent>.
    """),
    "result": lines(r"""
        The observed <quantity> exceeds the expectation by <sigma> and grows as $t^{1/2}$ thereafter.
        The data are consistent with no signal, and we set upper limits at 95\% confidence level.
        The measured value, $\alpha = 1.28 \pm 0.03\,\text{(stat)} \pm 0.05\,\text{(syst)}$, agrees with theory.
        The effect persists <setting> and disappears abruptly once the drive is switched off.
        Residuals are below <percent> over <many> orders of magnitude.
        An upper limit of $3.2 \times 10^{-4}$ is set on any deviation from the standard picture ($90\%$ C.L.).
    """),
    "outlook": lines(r"""
        We outline how <name> will improve on this by a factor of <few>.
        These results open a route to <task> at room temperature.
        All data points are available in machine-readable form.
        The implications for <task> are discussed briefly.
    """),
}
