"""Vocabulary of physics, astronomy, biology, signals and economics."""

from __future__ import annotations

from aggregator.simulator.phrases import Words, lines, words

FIELDS_AND_STRINGS: Words = {
    "things": words("""
        black holes / conformal field theories / BPS states / Wilson loops / axion-like particles / gauge theories
        de Sitter vacua / scattering amplitudes / topological defects / primordial gravitational waves
    """),
    "thing": words("""
        superconformal index / scalar field / near-extremal horizon / boundary graviton / matrix model / brane
        renormalisation-group flow / wormhole / lattice action
    """),
    "method": words("""
        the conformal bootstrap / holography / supersymmetric localisation / the double copy / resurgence
        lattice simulation / the large-$N$ expansion / Schwinger--Dyson equations
    """),
    "tool": words(
        "exact $S$-matrix / Ward identity / dispersion relation / saddle-point analysis / Hamilton--Jacobi method"
    ),
    "task": words("""
        the black-hole information problem / inflation / the swampland programme / quark confinement / quantum gravity
        baryogenesis / neutrino mass generation
    """),
    "quantity": words(
        "entanglement entropy / anomalous dimensions / mass gap / central charge / vacuum energy / parity"
    ),
    "setting": words("""
        at strong coupling / in $\\mathrm{AdS}_3$ / at finite temperature / in $2+1$ dimensions / beyond leading order
        with broken supersymmetry / on the Coulomb branch
    """),
    "data": words("public toy likelihoods"),
    "claim": lines(r"""
        The entropy receives a logarithmic correction, $S = \frac{A}{4G_N} - \frac{3}{2}\log\frac{A}{G_N} +
            \mathcal{O}(1)$.
        The action is $$S = \int d^4x \sqrt{-g} \left[ \frac{R}{16\pi G} - \frac{1}{2}\, \partial_\mu \phi\,
            \partial^\mu \phi - V(\phi) \right].$$
        We find $\langle \mathcal{O}(x)\, \mathcal{O}(0) \rangle \sim |x|^{-2\Delta}$ with $\Delta = \frac{d}{2}
            + \sqrt{\frac{d^2}{4} + m^2 L^2}$.
        The $\beta$-function vanishes at $g_\ast = \frac{8\pi^2}{N} + \mathcal{O}(N^{-2})$ provided that $N_f <
            \frac{11}{2} N_c$.
        To one loop, $\delta m^2 = \frac{\lambda}{32\pi^2}\left(\Lambda^2 - m^2
            \ln\frac{\Lambda^2}{m^2}\right)$, hence $\lambda > 0$ is required.
    """),
}

COLLIDER: Words = {
    **FIELDS_AND_STRINGS,
    "things": words("""
        heavy-flavour jets / long-lived particles / vector-like quarks / exotic hadrons / top-quark pairs / muon pairs
        light nuclei / dark photons / neutron-rich isotopes
    """),
    "thing": words("""
        Higgs boson / heavy neutral lepton / charmed tetraquark / resonance near threshold / displaced vertex
        halo nucleus / calorimeter / sterile neutrino
    """),
    "method": words("""
        precision measurements / global fits / amplitude analysis / lattice-informed unfolding / template fits
        chiral effective theory / parton-shower matching
    """),
    "tool": words(
        "multivariate discriminant / effective Lagrangian / coupled-channel calculation / time-projection chamber"
    ),
    "task": words(
        "tests of lepton universality / precision flavour physics / dark-matter searches / hadron spectroscopy"
    ),
    "quantity": words(
        "branching fraction / CP asymmetry / cross section / lifetime / elliptic flow / charge radius"
    ),
    "setting": words(
        "in proton--proton collisions / at high luminosity / in heavy-ion collisions / near threshold"
    ),
    "data": words("an integrated luminosity of 139 invented fb$^{-1}$ / the simulated Run 7 sample"),
    "claim": lines(r"""
        We obtain $\mathcal{B}(B^0 \to K^{\ast 0} \mu^+ \mu^-) = (9.1 \pm 0.4) \times 10^{-7}$ for $1.1 < q^2 <
            6.0\ \mathrm{GeV}^2/c^4$.
        The ratio $R_K = 0.98^{+0.04}_{-0.03}$ is compatible with unity; $\chi^2/\mathrm{ndf} = 41.3/38$.
        Limits on $m_{Z'}$ follow from $\sigma(pp \to Z') \cdot \mathcal{B}(Z' \to \ell^+\ell^-) < 0.3$~fb.
        The coefficient $C_9^{\mathrm{NP}}$ enters through $\mathcal{H}_{\text{eff}} = -\frac{4 G_F}{\sqrt{2}}\,
            V_{tb} V_{ts}^{*} \sum_i C_i \mathcal{O}_i$.
    """),
}

QUANTUM: Words = {
    "things": words("""
        superconducting qubits / Rydberg arrays / random circuits / surface codes / squeezed states / trapped ions
        non-Hermitian Hamiltonians / boson samplers / open quantum systems
    """),
    "thing": words("""
        logical qubit / two-qubit gate / thermal machine / spin chain / bosonic code / quantum channel / magic state
        photonic cluster state
    """),
    "method": words("""
        randomised benchmarking / tensor-network simulation / error mitigation / shadow tomography / quantum annealing
        dynamical decoupling / variational optimisation / measurements
    """),
    "tool": words(
        "tensor network / stabiliser formalism / Lindblad equation / adiabatic theorem / resource-theoretic monotone"
    ),
    "task": words("""
        fault-tolerant computation / quantum metrology / quantum key distribution / Hamiltonian learning
        entanglement certification / quantum simulation
    """),
    "quantity": words(
        "entanglement / fidelity / coherence time / magic / quantum Fisher information / gate error"
    ),
    "setting": words("""
        in the presence of noise / below threshold / at finite temperature / with all-to-all connectivity
        in the NISQ era / far from equilibrium
    """),
    "data": words("a simulated 127-qubit device / a toy ion trap"),
    "claim": lines(r"""
        We prepare $|\psi\rangle = \frac{1}{\sqrt{2}}\left(|00\rangle + e^{i\phi}|11\rangle\right)$ with
            fidelity $F > 0.993$.
        The dynamics follow $$\dot{\rho} = -\frac{i}{\hbar}[H, \rho] + \sum_k \gamma_k \left( L_k \rho
            L_k^\dagger - \tfrac{1}{2}\{L_k^\dagger L_k, \rho\} \right).$$
        The logical error rate falls as $p_L \propto (p/p_{\mathrm{th}})^{\lfloor (d+1)/2 \rfloor}$ for $p <
            p_{\mathrm{th}} \approx 0.7\%$.
        Any protocol needs $\Omega(4^n/\varepsilon^2)$ copies, whereas ours needs $\mathcal{O}\left(\log(M)\,
            \max_i \|O_i\|^2_{\text{sh}}/\varepsilon^{2}\right)$.
        For $\rho \in \mathcal{D}(\mathcal{H}_A \otimes \mathcal{H}_B)$ we show $S(A|B)_\rho \ge -\log_2 d$ with
            equality iff $\rho$ is maximally entangled.
    """),
}

MATTER: Words = {
    "things": words("""
        kagome metals / twisted bilayers / active suspensions / colloidal glasses / spin ices / moiré superlattices
        Weyl semimetals / polymer melts / cuprate films / cold-atom mixtures / granular flows / frequency combs
    """),
    "thing": words("""
        flat band / skyrmion lattice / vortex glass / charge-density wave / topological insulator / quantum dot
        jammed packing / heavy-fermion compound / plasma mirror
    """),
    "method": words("""
        angle-resolved photoemission / neutron scattering / density-functional theory / pump--probe spectroscopy
        molecular dynamics / dynamical mean-field theory / transport measurements / light-sheet imaging
    """),
    "tool": words(
        "Ginzburg--Landau functional / Monte Carlo simulation / Floquet expansion / scanning tunnelling microscope"
    ),
    "task": words("""
        high-temperature superconductivity / spintronics / the glass transition / energy harvesting / self-assembly
        quantum criticality / turbulent mixing
    """),
    "quantity": words(
        "thermal conductivity / Hall response / superfluid density / viscosity / magnetoresistance / anisotropy"
    ),
    "setting": words(
        "under pressure / in a magnetic field / at the nanoscale / below 2 K / in thin films / under shear"
    ),
    "data": words("crystals grown for this sample / synchrotron data that never were"),
    "claim": lines(r"""
        The resistivity follows $\rho(T) = \rho_0 + A\,T^{\alpha}$ with $\alpha = 1.04 \pm 0.02$ for $T < 40$~K
            and $H > 9$~T.
        The Hamiltonian reads $$H = -t \sum_{\langle i,j \rangle, \sigma} c^{\dagger}_{i\sigma} c_{j\sigma} + U
            \sum_i n_{i\uparrow} n_{i\downarrow}.$$
        Close to $T_c$ we find $\xi \sim |T - T_c|^{-\nu}$ with $\nu = 0.672(4)$ and $\eta = 0.038(2)$.
        The gap $\Delta(\mathbf{k}) = \Delta_0 (\cos k_x - \cos k_y)/2$ closes at $x_c \simeq 0.19$, where
            $\mu_{\mathrm{eff}} \approx 1.7\,\mu_B$.
        Scaling collapses all curves for $\mathrm{Re} < 10^4$ when plotted against $\dot{\gamma}\tau_\alpha^{1/2}$.
    """),
}

COSMOS: Words = {
    "things": words("""
        high-redshift quasars / sub-Neptunes / magnetars / dwarf galaxies / globular clusters / fast radio bursts
        cosmic filaments / protoplanetary discs / red supergiants / tidal disruption events / solar flares
    """),
    "thing": words("""
        binary neutron star / hot Jupiter / spiral galaxy / dark-matter halo / radio relic / white dwarf / debris disc
        supermassive black hole / molecular cloud
    """),
    "method": words("""
        weak lensing / spectral fitting / transit photometry / stacking / radiative-transfer modelling / imaging
        pulsar timing / N-body simulation / astroseismology
    """),
    "tool": words(
        "hierarchical Bayesian model / Boltzmann solver / zoom-in simulation / matched filter / coronagraph"
    ),
    "task": words("""
        the Hubble tension / planet formation / galaxy quenching / cosmic reionisation / stellar population synthesis
        the search for biosignatures
    """),
    "quantity": words(
        "metallicity / star-formation rate / mass function / polarisation / spin / orbital eccentricity"
    ),
    "setting": words("""
        at cosmic noon / in the solar neighbourhood / at $z > 6$ / in crowded fields / around M dwarfs
        during the epoch of reionisation
    """),
    "data": words("the Imaginary Sky Survey (DR3) / 212 nights at a made-up observatory / mock light cones"),
    "claim": lines(r"""
        We measure $H_0 = 70.2 \pm 1.1\ \mathrm{km\,s^{-1}\,Mpc^{-1}}$ and $\Omega_m = 0.31^{+0.02}_{-0.03}$.
        The relation $\log_{10}(M_{\bullet}/M_\odot) = (8.1 \pm 0.1) + (4.4 \pm 0.3)\,\log_{10}(\sigma/200\
            \mathrm{km\,s^{-1}})$ holds out to $z \sim 2$.
        The planet has $R_p = 2.3\,R_\oplus$ and $M_p < 7.9\,M_\oplus$, in a $P = 11.4$-day orbit with $e
            \lesssim 0.1$.
        The power spectrum obeys $$P(k) = A_s \left(\frac{k}{k_0}\right)^{n_s - 1} T^2(k)\, D^2(z), \qquad n_s =
            0.965 \pm 0.004.$$
        The luminosity, $L_X \approx 3 \times 10^{44}\ \mathrm{erg\,s^{-1}}$, implies an accretion rate of
            $\dot{M} \gtrsim 0.1\,\dot{M}_{\mathrm{Edd}}$.
    """),
}
