"""Scripts that measure. They print ratios, since machines differ and are noisy, and never fail a build."""
