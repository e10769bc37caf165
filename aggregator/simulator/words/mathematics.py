"""Vocabulary of mathematics and statistics."""

from __future__ import annotations

from aggregator.simulator.phrases import Words, lines, words

ALGEBRA: Words = {
    "things": words("""
        elliptic curves / abelian varieties / Hopf algebras / toric varieties / Galois representations / modular forms
        finite $p$-groups / derived categories / K3 surfaces / Cohen--Macaulay rings / quiver representations
        Drinfeld modules / perverse sheaves / cluster algebras
    """),
    "thing": words("""
        smooth projective variety / Noetherian local ring / finitely generated group / number field
        monoidal category
        semisimple Lie algebra / Calabi--Yau threefold / vertex algebra / Fano variety of index $r$
    """),
    "method": words("""
        descent / crystalline cohomology / the circle method / Hecke operators / mirror symmetry / Koszul duality
        the trace formula / motivic integration / tropical degeneration / Gr\\"obner bases
    """),
    "tool": words("""
        effective Chebotarev theorem / spectral sequence / degeneration argument / vanishing theorem / norm relation
        Bertini-type theorem / decomposition theorem / inequality of Weil type
    """),
    "task": words("""
        the local-to-global principle / the classification of fusion rules / the arithmetic of $L$-functions
        wall-crossing / the inverse Galois problem / the geometry of moduli spaces / rationality questions
    """),
    "quantity": words("""
        Picard rank / Betti numbers / conductor / height / cohomological dimension / Hilbert functions
        Tamagawa number
        depth / class number / Brauer group
    """),
    "setting": words("""
        over finite fields / in positive characteristic / in mixed characteristic / of small rank / over global fields
        with complex multiplication / up to isogeny / in families
    """),
    "data": words("a table of 14,000 invented curves"),
    "claim": lines(r"""
        If $E/\mathbb{Q}$ has conductor $N$, then $|\text{Ш}(E)| \ll_\varepsilon N^{1/2+\varepsilon}$ on average.
        More precisely, $\operatorname{Ext}^i_{\mathcal{A}}(M, N) \cong H^{i}(X, \mathcal{F}^{\vee} \otimes
            \mathcal{G})$ for all $i \ge 0$.
        We show $$\sum_{n \leq x} \Lambda(n)\,\chi(n) = \mathcal{O}\left(x^{1/2} \log^2 (qx)\right)$$ for all
            primitive characters $\chi \bmod q$.
        The group $\mathrm{GL}_2(\mathbb{Z}_p)$ acts through $\begin{pmatrix} a & b \\ c & d \end{pmatrix}
            \mapsto ad - bc$, with kernel $\mathrm{SL}_2(\mathbb{Z}_p)$.
        For $p \equiv 3 \pmod 4$ the class number satisfies $h(-p) < \frac{\sqrt{p}}{\pi}\,(\log p + 1)$.
        There is a short exact sequence $0 \to \mathcal{O}_X(-D) \to \mathcal{O}_X \to \mathcal{O}_D \to 0$
            compatible with $\pi_1^{\text{ét}}(X)$.
    """),
}

ANALYSIS: Words = {
    "things": words("""
        nonlinear Schr\\"odinger equations / Navier--Stokes flows / Calder\\'on--Zygmund operators
        Toeplitz operators
        quasi-periodic Schrödinger cocycles / von Neumann algebras / Sobolev mappings / Bergman kernels
        interval exchange maps / free boundary problems / pseudodifferential operators / Carleson measures
    """),
    "thing": words("""
        weak solution / bounded Lipschitz domain / self-adjoint operator / Banach space / ergodic measure
        entire function of finite order / degenerate elliptic equation / C*-algebra / travelling wave
    """),
    "method": words("""
        concentration compactness / Littlewood--Paley theory / Morawetz estimates / Gamma-convergence
        renormalisation / the method of moving planes / convex integration / paradifferential calculus
    """),
    "tool": words("""
        Carleman estimate / bilinear estimate / monotonicity formula / maximal inequality / blow-up argument
        Harnack inequality / commutator bound
    """),
    "task": words("""
        the well-posedness of dispersive equations / spectral gap estimates / the regularity of minimal surfaces
        the Fourier restriction problem / turbulence / quantum unique ergodicity
    """),
    "quantity": words("""
        regularity / decay / spectral gap / Hausdorff dimension / Lyapunov exponents / blow-up rate / energy
    """),
    "setting": words("""
        in critical spaces / on the half-line / with rough coefficients / at low regularity / on compact manifolds
        in the semiclassical limit / with measure data / near the threshold
    """),
    "data": words("two hundred numerical profiles"),
    "claim": lines(r"""
        For $u_0 \in H^s(\mathbb{R}^d)$ with $s > \frac{d}{2} - \frac{2}{p-1}$ the solution is global and
            $\|u(t)\|_{L^\infty} \lesssim t^{-d/2}$.
        The proof rests on $$\int_{\Omega} |\nabla u|^{2}\,dx \leq C \int_{\partial \Omega} \left|\frac{\partial
            u}{\partial \nu}\right|^2 d\sigma,$$ with $C$ independent of $\Omega$.
        We consider $i\,\partial_t u + \Delta u = \pm |u|^{p-1} u$ with $1 < p < 1 + \frac{4}{d-2}$.
        The operator $T: L^p(w) \to L^p(w)$ satisfies $\|T\|_{p} \leq c\,[w]_{A_p}^{\max(1,\, 1/(p-1))}$.
        In the limit $\hbar \to 0$ eigenvalues obey $\lambda_n = (2n+1)\hbar + \mathcal{O}(\hbar^{2})$,
            uniformly for $n < \hbar^{-1}$.
        The set $\{x : \limsup_{r \to 0} \mu(B(x,r))/r^s > 0\}$ has Hausdorff dimension at most $s$.
    """),
}

GEOMETRY: Words = {
    "things": words("""
        hyperbolic 3-manifolds / Lagrangian submanifolds / minimal hypersurfaces / knots of genus one
        mapping classes
        Alexandrov spaces / symplectic fillings / foliations / contact structures / simplicial complexes
    """),
    "thing": words("""
        closed Riemannian manifold / surface of genus $g$ / Kähler metric / homology sphere / geodesic flow
        convex body in $\\mathbb{R}^n$ / Heegaard splitting / cubical complex / $\\mathrm{CAT}(0)$ space
    """),
    "method": words("""
        Ricci flow / Floer homology / Morse theory / persistent homology / surgery / min-max theory
        Khovanov homology
        the calibrated-geometry method / normal surface theory
    """),
    "tool": words("""
        splitting theorem / gluing construction / systolic inequality / compactness theorem / wall-crossing formula
        comparison argument
    """),
    "task": words("""
        the rigidity of negatively curved manifolds / the smooth four-dimensional Poincaré problem
        geometric group theory
        optimal transport on manifolds / the study of Reeb orbits / knot concordance
    """),
    "quantity": words("""
        volume / scalar curvature / slice genus / Betti numbers / stable norm / injectivity radius / Gromov norm
        systole
    """),
    "setting": words("""
        with boundary / in dimension four / of bounded geometry / with torus symmetry / up to concordance
        with Ricci curvature bounded below / at infinity
    """),
    "data": words("a census of small triangulations"),
    "claim": lines(r"""
        If $\mathrm{Ric} \ge (n-1)g$ and $\operatorname{diam}(M) > \pi - \varepsilon$, then $M$ is homeomorphic
            to $S^n$.
        The volume satisfies $\mathrm{vol}(M) \leq v_3 \cdot \|M\|$, where $v_3 \approx 1.0149$ is the volume of
            the regular ideal simplex.
        The metric evolves by $$\frac{\partial g_{ij}}{\partial t} = -2\,R_{ij} + \frac{2}{n}\, r\, g_{ij},$$
            and converges exponentially fast.
        Its Alexander polynomial is $\Delta_K(t) = t^{2} - 3t + 5 - 3t^{-1} + t^{-2}$, while $\sigma(K) = 0$.
        We compute $H_\ast(\mathcal{M}_{g,n}; \mathbb{Q})$ for $\ast \le \lfloor 2g/3 \rfloor$ and all $n < 5$.
    """),
}

CHANCE: Words = {
    "things": words("""
        random walks in random environment / Markov chains / branching processes / spin glasses / empirical processes
        Gaussian free fields / sparse random graphs / high-dimensional regressions / rough volatility models
    """),
    "thing": words("""
        Erd\\H{o}s--R\\'enyi graph / heavy-tailed distribution / stationary process / Wigner matrix / $U$-statistic
        shrinkage prior / exchangeable array / point process / semiparametric model
    """),
    "method": words("""
        Stein's method / the second-moment method / coupling / empirical Bayes / bootstrap resampling
        Malliavin calculus / sequential Monte Carlo / the cavity method / doubly robust estimation
    """),
    "tool": words("""
        martingale inequality / Berry--Esseen bound / concentration inequality / conditional independence test
        large-deviation principle / coupling from the past
    """),
    "task": words("""
        change-point detection / causal inference / extreme-value analysis / survival analysis / spatial prediction
        percolation / multiple testing / matrix estimation
    """),
    "quantity": words("""
        mixing time / coverage / false discovery rate / tail behaviour / effective sample size / minimax risk / bias
    """),
    "setting": words("""
        in high dimensions / with missing data / under misspecification / near criticality
        with unmeasured confounding
        for dependent observations / with heavy tails
    """),
    "data": words(
        "a simulated cohort of 40,000 patients / hourly rainfall from invented stations / synthetic registers"
    ),
    "claim": lines(r"""
        We show $\sup_{x} \left| \mathbb{P}(S_n \leq x) - \Phi(x) \right| \leq
            \frac{C\,\rho}{\sigma^{3}\sqrt{n}}$ with $C < 0.4748$.
        The estimator satisfies $\sqrt{n}\,(\hat{\theta}_n - \theta_0) \xrightarrow{d} \mathcal{N}(0,
            \Sigma^{-1})$ if $p = o(n^{1/3})$.
        The chain mixes in $t_{\mathrm{mix}} = \Theta(n \log n)$ steps for $\beta < \beta_c$ and exponentially
            slowly for $\beta > \beta_c$.
        With probability at least $1 - e^{-t}$, $$\|\hat{\Sigma} - \Sigma\|_{\mathrm{op}} \leq C
            \|\Sigma\|_{\mathrm{op}} \left( \sqrt{\frac{d + t}{n}} + \frac{d+t}{n} \right).$$
        Conditional on $X = x$, the effect is $\tau(x) = \mathbb{E}[Y(1) - Y(0) \mid X = x]$, identified when $0
            < e(x) < 1$.
    """),
}

NUMERICS: Words = {
    "things": words("""
        discontinuous Galerkin schemes / saddle-point problems / interior-point methods / low-rank tensors
        bilevel programs / stiff differential equations / Krylov subspaces / fractional diffusion operators
    """),
    "thing": words("""
        preconditioner / finite element space / mixed-integer program / Runge--Kutta method / proximal operator
        multigrid cycle / convex relaxation / model predictive controller
    """),
    "method": words("""
        domain decomposition / augmented Lagrangian iteration / adaptive mesh refinement / randomised sketching
        splitting / model order reduction / trust-region search / Richardson extrapolation
    """),
    "tool": words(
        "inf-sup condition / a posteriori estimator / Kurdyka--\\L{}ojasiewicz inequality / error equation"
    ),
    "task": words("""
        optimal control of parabolic equations / distributionally robust optimisation / uncertainty quantification
        shape optimisation / inverse scattering / nonconvex minimisation
    """),
    "quantity": words(
        "convergence order / condition number / stability / energy error / duality gap / sparsity"
    ),
    "setting": words("""
        on anisotropic meshes / with inexact oracles / in mixed precision / for rough data / over Hilbert spaces
        under the Polyak--{\\L}ojasiewicz condition / with nonsmooth constraints
    """),
    "data": words("the lid-driven cavity / a suite of 96 toy programs"),
    "claim": lines(r"""
        We prove $\|u - u_h\|_{H^1(\Omega)} \leq C\,h^{k}\,|u|_{H^{k+1}(\Omega)}$ with a constant that does not
            depend on $\nu$.
        The iteration $x_{k+1} = \mathrm{prox}_{\gamma g}\left(x_k - \gamma \nabla f(x_k)\right)$ converges
            linearly for $0 < \gamma < 2/L$.
        The matrix $$A = \begin{pmatrix} M & B^{\top} \\ B & -C \end{pmatrix}$$ has condition number $\kappa(A)
            = \mathcal{O}(h^{-2})$, and $\mathcal{O}(1)$ after preconditioning.
        After $k$ steps $f(x_k) - f^\star \le \frac{2L\|x_0 - x^\star\|^2}{(k+1)^2}$, and the rate is $e^{-ck}$
            if $\mu > 0$.
    """),
}
