"""Vocabulary of computer science, signal processing and their neighbours."""

from __future__ import annotations

from aggregator.simulator.phrases import Words, lines, words

LEARNING: Words = {
    "things": words("""
        sparse attention layers / graph neural networks / diffusion models / state-space models / world models
        mixture-of-experts networks / reward models / tabular foundation models / over-parameterised networks
        offline policies / neural operators / tool-using agents / kernel machines / variational autoencoders
    """),
    "thing": words("""
        language model / two-layer network / policy / planner / encoder / gated recurrent cell / Gaussian process
        ensemble of learners / linear probe / multi-agent system / normalising flow / $k$-nearest-neighbour rule
    """),
    "method": words("""
        curriculum distillation / contrastive pre-training / low-rank adaptation / in-context learning
        test-time search / gradient clipping / self-play / layer-wise pruning / Bayesian model averaging
        stochastic gradient descent / Monte Carlo tree search / conformal calibration / federated averaging
    """),
    "tool": words("""
        information bottleneck argument / Bellman-type recursion / neural tangent kernel / mirror-descent view
        variational bound / PAC-Bayes certificate / Lyapunov function / entropy-regularised critic
    """),
    "task": words("""
        continual learning / offline reinforcement learning / long-horizon planning / out-of-distribution detection
        uncertainty estimation / multi-task optimisation / causal discovery / time-series forecasting
        automated reasoning / fair representation learning / molecule generation / preference alignment
    """),
    "quantity": words("""
        sample complexity / calibration / sharpness / generalisation / credit assignment / representation rank
        robustness / expected regret / gradient noise / memory / compute
    """),
    "setting": words("""
        under distribution shift / with noisy labels / at a fixed budget / in the few-shot regime
        without supervision
        in non-stationary environments / with partial observability / at scale / under label scarcity
    """),
    "data": words("""
        SampleBench-12 / the TinyWorlds suite / Gridhouse / a corpus of synthetic proofs / Nine-Rooms / FakeNet-1k
        the OpenMaze tasks / PseudoTab / the Larkfield forecasting set
    """),
    "claim": lines(r"""
        We prove that the regret is bounded by $\tilde{\mathcal{O}}\bigl(\sqrt{d\,T \log(1/\delta)}\bigr)$ with
            probability $1-\delta$.
        The loss decomposes as $\mathcal{L}(\theta) = \mathbb{E}_{x \sim p}\left[\ell(f_\theta(x), y)\right] +
            \lambda \|\theta\|_2^2$.
        Under mild assumptions $\|\nabla f(x_t)\|^2 \leq \frac{2(f(x_0) - f^\star)}{\eta T}$ for every $\eta < 1/L$.
        The key identity is $$\nabla_\theta J(\theta) = \mathbb{E}_{\pi_\theta}\left[\sum_{t=0}^{T} \gamma^t
            A^{\pi}(s_t, a_t)\, \nabla_\theta \log \pi_\theta(a_t \mid s_t)\right].$$
        Attention is computed as $\operatorname{softmax}\left(QK^\top/\sqrt{d_k}\right)V$ on blocks of size
            $\lceil \sqrt{n}\, \rceil$ only.
        If $a<b$ then the estimate with $c>d$ is biased by at most $\varepsilon = 2^{-k}$; otherwise it is exact.
        The evidence lower bound reads $\log p(x) \ge \mathbb{E}_q[\log p(x \mid z)] - \mathrm{KL}(q(z \mid x)
            \,\|\, p(z))$.
        For $\beta \in (0,1)$ the generalisation gap scales as $\mathcal{O}(n^{-\beta/(2\beta+d)})$, which is
            minimax optimal.
    """),
}

LANGUAGE: Words = {
    **LEARNING,
    "things": words("""
        large language models / retrieval-augmented generators / subword tokenisers / dialogue systems
        dense retrievers / multilingual encoders / annotation guidelines / instruction-tuned models / parsers
        citation recommenders / query rewriters / speech-to-text translators
    """),
    "thing": words("""
        language model / cross-encoder / judge model / morphological analyser / reader model / ranking function
        bilingual dictionary / document index / chain of thought / small translator
    """),
    "method": words("""
        chain-of-thought prompting / retrieval augmentation / constrained decoding / back-translation
        byte-level tokenisation / query expansion / preference optimisation / dictionary-guided alignment
        late interaction / self-consistency voting / knowledge distillation
    """),
    "task": words("""
        long-document summarisation / cross-lingual transfer / open-domain question answering / argument mining
        low-resource translation / named-entity recognition / conversational search / historical text normalisation
        factuality evaluation / code-switching detection / semantic parsing
    """),
    "quantity": words("""
        perplexity / faithfulness / context length / lexical diversity / nDCG@10 / recall / inter-annotator agreement
        factual consistency / attention entropy / fluency
    """),
    "setting": words("""
        in low-resource languages / beyond English / over 128k-token contexts / under domain shift / across dialects
        with noisy transcripts / in the zero-shot setting / for agglutinative languages such as Türkçe and Suomi
    """),
    "data": words("""
        LoremBench / the Marginalia corpus / PolyglotQA-mini / a set of invented recipes / the FjordSpeak treebank
        CiteLess / MockMARCO / the Überlingen letters
    """),
}

VISION: Words = {
    **LEARNING,
    "things": words("""
        vision transformers / Gaussian splats / neural radiance fields / event cameras / multi-view encoders
        video diffusion models / open-vocabulary detectors / medical segmentation networks / point-cloud backbones
    """),
    "thing": words("""
        vision-language model / depth estimator / U-shaped network / camera rig / segmentation head / image prior
        $3 \\times 3$ convolution / texture atlas / dual-pixel sensor
    """),
    "method": words("""
        masked image modelling / score distillation / bundle adjustment / test-time augmentation / token merging
        photometric alignment / differentiable rendering / optical-flow guidance / feature matching
    """),
    "task": words("""
        monocular depth estimation / video object segmentation / novel-view synthesis / image deblurring
        remote-sensing change detection / tumour delineation / sign-language recognition / super-resolution
    """),
    "quantity": words(
        "PSNR / mAP / temporal consistency / boundary sharpness / FID / latency / data efficiency"
    ),
    "setting": words("""
        in the wild / at night / under severe motion blur / from a single image / on mobile devices / in 4K video
        without camera poses / with sparse views
    """),
    "data": words(
        "FakeNet-1k / Clouds&Kites / the Hedgerow stereo set / ToyCity-3D / PhantomScan / DriftLapse"
    ),
}

SECURITY: Words = {
    **LEARNING,
    "things": words("""
        lattice-based signatures / membership-inference attacks / smart contracts / trusted enclaves / phishing kits
        zero-knowledge proofs / side-channel traces / password managers / homomorphic encryption schemes
    """),
    "thing": words("""
        hash function / threshold protocol / honest-but-curious server / block cipher / private key / adversary
        fuzzing harness / two-party computation / verifiable delay function
    """),
    "method": words("""
        differential privacy / symbolic execution / masking / garbled circuits / taint tracking / secret sharing
        rejection sampling / static analysis / traffic padding
    """),
    "task": words("""
        post-quantum key exchange / malware triage / anonymous communication / private aggregation
        firmware analysis / electronic voting / vulnerability disclosure / model watermarking
    """),
    "quantity": words(
        "leakage / unlinkability / soundness / proof size / attack surface / privacy loss / entropy"
    ),
    "claim": lines(r"""
        The mechanism is $(\varepsilon, \delta)$-differentially private with $\varepsilon =
            \sqrt{2k\ln(1/\delta')}\,\varepsilon_0$.
        An adversary with $2^{64}$ queries succeeds with probability at most $q^2/2^{n} + \mathrm{negl}(\lambda)$.
        Security reduces to the hardness of $\mathrm{LWE}_{n,q,\chi}$ with $q \equiv 1 \pmod{2n}$.
        Verification takes $\mathcal{O}(\log^2 n)$ group operations, and proofs are $2\lceil \log_2 n \rceil +
            3$ elements long.
    """),
}

ALGORITHMS: Words = {
    "things": words("""
        planar graphs / dynamic forests / suffix arrays / bounded-treewidth instances / Boolean circuits
        hash tables / polygonal domains / weighted automata / submodular functions / congestion games
    """),
    "thing": words("""
        graph with $m$ edges / spanning tree / regular language / constraint satisfaction problem / data structure
        point set in $\\mathbb{R}^d$ / decision tree / $k$-CNF formula / matroid of rank $r$ / stable matching
    """),
    "method": words("""
        randomised rounding / dynamic programming / colour coding / iterative compression / expander decomposition
        the polynomial method / kernelisation / isolation lemmas / semidefinite programming
    """),
    "tool": words("""
        isolation lemma / low-diameter decomposition / sketching argument / potential function / reduction from 3SUM
        communication lower bound / weighted matroid intersection
    """),
    "task": words("""
        all-pairs shortest paths / online matching / string matching with wildcards / nearest-neighbour search
        graph sparsification / approximate counting / mechanism design / parameterised verification
    """),
    "quantity": words("""
        query complexity / approximation ratio / treewidth / update time / competitive ratio / circuit depth
        discrepancy / price of anarchy
    """),
    "setting": words("""
        in the streaming model / in fully dynamic graphs / on general metrics
        under the strong exponential time hypothesis
        with advice / in the word RAM model / parameterised by treewidth / against adaptive adversaries
    """),
    "data": words("random 3-SAT instances / the PlanarZoo instances / synthetic road networks"),
    "claim": lines(r"""
        The algorithm runs in $\mathcal{O}(m \log^2 n)$ expected time and uses $\mathcal{O}(n)$ words of space.
        We obtain a $(1+\varepsilon)$-approximation in time $2^{\mathcal{O}(k \log k)} \cdot n^{\mathcal{O}(1)}$.
        Unless $\mathsf{P} = \mathsf{NP}$, no algorithm achieves ratio $n^{1-\varepsilon}$ for any $\varepsilon > 0$.
        For every $k \ge 2$ we have $$\sum_{i=1}^{n} \binom{n}{i} x^{i} \leq \left(1 +
            \frac{x}{k}\right)^{kn},$$ with equality if and only if $k = 1$ or $x = 0$.
        Any such data structure needs $\Omega\left(\frac{\log n}{\log \log n}\right)$ probes, even if $|S| <
            \sqrt{n}$ and $w > \log n$.
        The recurrence $T(n) = 2\,T(\lfloor n/2 \rfloor) + \Theta(n)$ is replaced by $T(n) \le T(n-1) +
            \mathcal{O}(\log^\ast n)$.
    """),
}

SYSTEMS: Words = {
    **LEARNING,
    "things": words("""
        log-structured stores / serverless functions / continuous-integration pipelines / key-value caches
        congestion controllers / type checkers / RISC-V cores / distributed transactions / code reviews
        persistent-memory indexes / compilers for sparse kernels
    """),
    "thing": words("""
        query optimiser / consensus protocol / microservice / garbage collector / linker / file system / scheduler
        borrow checker / data-flow graph / cache line / build system
    """),
    "method": words("""
        speculative execution / write-ahead logging / erasure coding / program synthesis / lazy replication
        property-based testing / record and replay / profile-guided inlining / admission control / mutation testing
    """),
    "tool": words(
        "happens-before relation / refinement proof / cost model / roofline analysis / simple queueing model"
    ),
    "task": words("""
        crash recovery / flaky-test detection / cross-region replication / automatic program repair / query planning
        energy-aware scheduling / memory-safe refactoring / bufferbloat control / stream processing
    """),
    "quantity": words("""
        tail latency / throughput / write amplification / developer effort / cache locality / energy / test coverage
    """),
    "setting": words("""
        under bursty load / on commodity hardware / across data centres / with stragglers / in legacy code bases
        at the 99.9th percentile / on many-core machines
    """),
    "data": words(
        "a trace of 30 synthetic days / the ToyBank workload / 412 invented repositories / YCSB-like mixes"
    ),
    "claim": lines(r"""
        With $n$ replicas and at most $f < n/3$ faults, $$\Pr[\text{commit} > t] \leq e^{-\lambda t} +
            \left(\frac{f}{n}\right)^{r}.$$
        Mean response time follows $W = \frac{\lambda}{\mu(\mu-\lambda)}$ up to $\rho = \lambda/\mu \approx 0.85$.
        Lookup touches $\lceil \log_B N \rceil$ pages, and $99\%$ of requests finish within $1.7$~ms (p99 < 2 ms).
        The analysis is sound: if $\Gamma \vdash e : \tau$ and $e \to^{*} e'$, then $\Gamma \vdash e' : \tau$.
    """),
}
