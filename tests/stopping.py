"""A learner who stops a training."""


def interrupted_after(n_epochs):
    """Return a progress bar, in the place of `course_lib.waiting.waiting`, whose watcher loses patience."""

    def bar(epochs, what):
        for epoch in epochs:
            if epoch == n_epochs:
                raise KeyboardInterrupt
            yield epoch

    return bar
