"""Vocabulary of biology, economics and finance, signals, robots and society."""

from __future__ import annotations

from aggregator.simulator.phrases import Words, lines, words
from aggregator.simulator.words.computing import LEARNING

LIFE: Words = {
    **LEARNING,
    "things": words("""
        gene regulatory networks / cortical circuits / microbial communities / protein language models / phylogenies
        epidemic models / cell cycles / neuronal avalanches / metabolic fluxes / tumour spheroids
    """),
    "thing": words("""
        transcription factor / predator--prey system / membrane channel / single-cell atlas / neural population
        bacterial colony / dose--response curve / host--pathogen pair
    """),
    "method": words("""
        single-cell sequencing / stochastic simulation / Bayesian phylodynamics / flux-balance analysis
        two-photon imaging / evolutionary game theory / lineage tracing / structural alignment
    """),
    "tool": words("master equation / mean-field closure / birth--death process / bifurcation analysis"),
    "task": words("""
        antibiotic resistance / protein design / memory consolidation / wound healing / vaccine allocation
        ecosystem resilience / drug repurposing
    """),
    "quantity": words(
        "fitness / firing variability / binding affinity / diversity / gene expression noise / herd immunity"
    ),
    "setting": words(
        "in fluctuating environments / across tissues / in ageing populations / at low copy number / in vivo"
    ),
    "data": words(
        "a simulated outbreak in 40 towns / synthetic recordings of 1,024 neurons / the Mock Cell Atlas"
    ),
    "claim": lines(r"""
        The dynamics $\frac{dx}{dt} = r x \left(1 - \frac{x}{K}\right) - \frac{a x y}{1 + a h x}$ undergo a Hopf
            bifurcation at $K_c = 2.4$.
        The final size $z$ solves $z = 1 - e^{-R_0 z}$, so that $R_0 < 1$ prevents an outbreak while $R_0 > 1$
            need not cause one.
        Expression noise obeys $$\eta^2 = \frac{\langle n^2 \rangle - \langle n \rangle^2}{\langle n \rangle^2}
            = \frac{1}{\langle n \rangle} + \eta_{\text{ext}}^2.$$
        Binding free energies are predicted within $\Delta\Delta G = 0.6$~kcal/mol ($r = 0.91$, $n = 214$).
    """),
}

MONEY: Words = {
    **LEARNING,
    "things": words("""
        two-sided markets / central-bank announcements / limit order books / school-choice mechanisms / minimum wages
        supply chains / volatility surfaces / carbon permits / portfolio rules
    """),
    "thing": words("""
        risk-averse agent / instrumental variable / stochastic discount factor / ascending auction / monetary union
        option with barrier / household panel
    """),
    "method": words("""
        difference-in-differences / synthetic control / structural estimation / stochastic control
        revealed preference
        mean--variance optimisation / high-frequency identification
    """),
    "tool": words("envelope theorem / martingale argument / sufficient statistic / regression discontinuity"),
    "task": words("""
        optimal taxation / market design / asset pricing / inflation forecasting / credit scoring
        policy evaluation
    """),
    "quantity": words(
        "welfare / liquidity / inequality / implied volatility / elasticity / information rents / risk premia"
    ),
    "setting": words("""
        with incomplete information / in emerging markets / under ambiguity / with transaction costs
        in the long run
    """),
    "data": words("a simulated tax register / invented tick data / a survey of 3,000 fictitious firms"),
    "claim": lines(r"""
        The price follows $dS_t = \mu S_t\,dt + \sigma(S_t, V_t)\,dW_t$ with $d\langle W, B \rangle_t =
            \rho\,dt$ and $\rho < 0$.
        The estimator $\hat{\tau} = (\bar{Y}_{11} - \bar{Y}_{10}) - (\bar{Y}_{01} - \bar{Y}_{00})$ equals 0.12
            (s.e. 0.03).
        In equilibrium $$p^\ast = \arg\max_{p \ge 0} \int_{0}^{1} (p - c)\, D(p, \theta)\, dF(\theta),$$ and
            welfare rises by at least $\frac{1}{2}\Delta p\,\Delta q$.
        Risk-neutral valuation gives $C = \mathbb{E}^{\mathbb{Q}}\left[e^{-rT}(S_T - K)^{+}\right]$ for a \$100
            strike.
    """),
}

SIGNALS: Words = {
    **LEARNING,
    "things": words("""
        reconfigurable surfaces / polar codes / massive MIMO arrays / radar waveforms / beamformers / speech enhancers
        acoustic sensor networks / phased arrays / compressive samplers
    """),
    "thing": words("""
        fading channel / Kalman filter / code of rate $1/2$ / full-duplex relay / microphone array / graph filter
        power amplifier / MMSE receiver
    """),
    "method": words("""
        belief propagation / compressed sensing / adaptive beamforming / successive cancellation / precoding
        spectral estimation / blind source separation / index modulation
    """),
    "tool": words(
        "Cram\\'er--Rao bound / state-evolution analysis / convex relaxation / rate--distortion argument"
    ),
    "task": words("""
        integrated sensing and communication / channel estimation / speaker diarisation / direction finding
        semantic communication / magnetic-resonance reconstruction
    """),
    "quantity": words(
        "spectral efficiency / outage probability / bit error rate / latency / secrecy rate / peak power"
    ),
    "setting": words("""
        at millimetre waves / under hardware impairments / with one-bit converters / in near-field links
        below 0 dB
    """),
    "data": words("a synthetic urban channel / 90 hours of invented speech / the EchoRoom recordings"),
    "claim": lines(r"""
        The capacity is $C = \log_2 \det\left( \mathbf{I} + \frac{P}{N_0} \mathbf{H}\mathbf{H}^{\mathsf{H}}
            \right)$ bits per channel use.
        Recovery succeeds with high probability if $m > C\,s \log(n/s)$ and fails if $m < c\,s$.
        The received signal is $$y[n] = \sum_{l=0}^{L-1} h_l\, x[n-l]\, e^{j 2\pi \nu n} + w[n], \qquad w[n]
            \sim \mathcal{CN}(0, \sigma^2).$$
        We bound the block error rate by $P_e \le 2^{-n E_r(R)}$ for all rates $R < I(X;Y)$.
    """),
}

ROBOTS: Words = {
    **LEARNING,
    "things": words("""
        legged robots / aerial swarms / soft grippers / model predictive controllers / visual servoing loops
        power grids
        surgical manipulators / autonomous ferries / cable-driven parallel robots
    """),
    "thing": words("""
        quadruped / safety filter / control barrier function / observer / linear time-varying plant / teleoperated arm
        microgrid / tactile sensor
    """),
    "method": words("""
        sim-to-real transfer / trajectory optimisation / imitation learning / invariant filtering
        event-triggered control
        motion primitives / system identification / factor-graph smoothing
    """),
    "tool": words(
        "Lyapunov certificate / contraction metric / reachable set / small-gain theorem / Riccati equation"
    ),
    "task": words("""
        agile locomotion / dexterous manipulation / collision avoidance / multi-robot exploration / grasp planning
        frequency regulation / place recognition
    """),
    "quantity": words(
        "tracking error / stability margins / energy / safety / localisation drift / constraint violation"
    ),
    "setting": words(
        "on rough terrain / with delayed measurements / among pedestrians / under actuator faults / underwater"
    ),
    "data": words("forty simulated kitchens / the GravelPit runs / a 39-bus toy grid"),
    "claim": lines(r"""
        The closed loop $\dot{x} = (A - BK)x + w$ is input-to-state stable with gain $\gamma <
            \|P\|^{1/2}/\lambda_{\min}(Q)$.
        Safety holds whenever $\dot{h}(x,u) \ge -\alpha(h(x))$, that is, $\{x : h(x) > 0\}$ is forward invariant.
        The cost is $$J = \sum_{k=0}^{N-1} \left( x_k^\top Q x_k + u_k^\top R u_k \right) + x_N^\top P x_N,
            \quad \text{s.t. } \|u_k\|_\infty \le u_{\max}.$$
    """),
}

SOCIETY: Words = {
    **LEARNING,
    "things": words("""
        online communities / recommender systems / public libraries / mobility networks / student teams / news feeds
        accessibility tools / citizen assemblies / open-source maintainers
    """),
    "thing": words("""
        classroom tool / social network / consent dialogue / screen reader / audit / crowd worker / voice assistant
        civic dashboard
    """),
    "method": words("""
        semi-structured interviews / participatory design / agent-based simulation / log analysis / a diary study
        network null models / preregistered experiments
    """),
    "tool": words(
        "mixed-effects model / opinion-dynamics model / thematic analysis / stochastic block model"
    ),
    "task": words("""
        content moderation / digital literacy / misinformation research / science communication
        algorithmic auditing
    """),
    "quantity": words("trust / engagement / polarisation / workload / perceived fairness / participation"),
    "setting": words(
        "during crises / in rural areas / among older adults / across cultures / in higher education"
    ),
    "data": words("1,204 invented diaries / a synthetic message board / the Fictional Values Survey"),
    "claim": lines(r"""
        The effect is moderate, $d = 0.41$ with a 95% confidence interval of $[0.22, 0.60]$ and $p < 0.001$.
        Opinions follow $x_i(t+1) = \sum_{j \in N_i} w_{ij}\, x_j(t)$ and reach consensus iff $\lambda_2 < 1$.
        The degree distribution is $P(k) \propto k^{-\gamma}$ with $\gamma = 2.6 \pm 0.1$ for $k > k_{\min} = 12$.
    """),
}
