"""The two terms of a variational autoencoder."""

from torch import Tensor

from labkit.losses.arguments import (
    at_least_float32,
    check_same_rows,
    check_same_shape,
)


def vae_loss(
    features: Tensor, reconstruction: Tensor, mu: Tensor, log_variance: Tensor
) -> tuple[Tensor, Tensor]:
    """The two terms of a variational autoencoder: how badly it rebuilds, how much it remembers.

    Source: KDFD, eq. 6 and 7; Kingma and Welling 2013 (arXiv:1312.6114), eq. 10 and appendix B.
    The decoder is a normal distribution with variance 1, its constant left out.

    features, reconstruction: (batch, width); mu, log_variance: (batch, latent)
    returns (reconstruction term, KL term), two scalars in nats, means over the batch:
    half the squared error summed over the width, 0 when rebuilt exactly, and
    KL(N(mu, exp(log_variance)) || N(0, 1)) summed over the latent dimensions, 0 at the prior
    errors: ValueError for shapes that do not fit, numbers that are not finite

    Traps: a mean over the width instead of the sum weighs the reconstruction `width` times less
    and makes the latent collapse to the prior. Gradient flows to `features` too: detach them
    unless the model below is meant to make its features easy to rebuild.
    """
    check_same_rows(features, mu, "features", "mu")
    check_same_rows(reconstruction, log_variance, "reconstruction", "log_variance")
    check_same_shape(features, reconstruction, "features", "reconstruction")
    check_same_shape(mu, log_variance, "mu", "log_variance")
    features, reconstruction = at_least_float32(features), at_least_float32(reconstruction)
    mu, log_variance = at_least_float32(mu), at_least_float32(log_variance)
    reconstruction_term = 0.5 * (reconstruction - features).square().sum(dim=1).mean()
    # expm1(x) - x keeps its digits near the prior, where exp(x) - 1 - x loses them
    kl_term = 0.5 * (mu.square() + log_variance.expm1() - log_variance).sum(dim=1).mean()
    return reconstruction_term, kl_term
