"""Runs inside each kernel of the nbval pass, before the first cell; see nbval_plugin.py."""


def _install():
    # In a function, so that nothing of this is in the notebook's namespace.
    import ipaddress
    import json
    import os
    import socket
    import sys

    log = os.environ["COURSE_KERNEL_LOG"]

    def note(**entry):
        with open(log, "a", encoding="utf-8") as file:
            file.write(json.dumps(entry) + "\n")

    def peak_mb():
        try:
            with open("/proc/self/status", encoding="ascii") as status:  # Linux
                return next(int(line.split()[1]) for line in status if line.startswith("VmHWM")) / 1024
        except (OSError, StopIteration):
            pass
        try:
            import resource
        except ImportError:  # Windows
            import psutil

            return psutil.Process().memory_info().peak_wset / 2**20
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / (2**20 if sys.platform == "darwin" else 1024)

    def is_local(host):
        if host in (None, "", "localhost", b"localhost", socket.gethostname()):
            return True
        try:
            return ipaddress.ip_address(host.decode() if isinstance(host, bytes) else host).is_loopback
        except ValueError:
            return False

    def guard(event, arguments):
        if event in ("socket.connect", "socket.sendto"):
            address = arguments[1]
            host = address[0] if isinstance(address, tuple) else None  # else a path of this machine
        elif event == "socket.getaddrinfo":
            host = arguments[0]
        else:
            return
        if not is_local(host):
            note(blocked=str(host))
            raise OSError(f"This notebook is run offline: no connection to {host}.")

    # An audit hook cannot be taken away again, and sees every use of the socket module.
    sys.addaudithook(guard)

    def after_a_cell(result):
        note(peak_mb=peak_mb(), tensorflow="tensorflow" in sys.modules)

    get_ipython().events.register("post_run_cell", after_a_cell)  # noqa: F821


_install()
del _install
