# What MiniStack and the Python functions that it runs lack here, loaded by Python itself through
# PYTHONPATH: names of AWS lead to loopback, and layers are found although nothing is at /opt.

import os
import socket
import subprocess
import sys
import urllib.request

_getaddrinfo = socket.getaddrinfo


def _loopback(host, *args, **kwargs):
    name = host.decode() if isinstance(host, bytes) else host
    is_aws = isinstance(name, str) and name.endswith("amazonaws.com")
    return _getaddrinfo("127.0.0.1" if is_aws else host, *args, **kwargs)


socket.getaddrinfo = _loopback

# The authorizer of MiniStack reads the keys of a user pool without TLS, which it serves nothing by.
_urlopen = urllib.request.urlopen


def _with_tls(target, *args, **kwargs):
    if isinstance(target, str) and target.startswith("http://") and "amazonaws.com:" in target:
        target = target.replace("http://", "https://", 1)
    return _urlopen(target, *args, **kwargs)


urllib.request.urlopen = _with_tls

# CDK names the bundle of Amazon Linux, where its function runs on AWS.
if not os.path.exists(os.environ.get("AWS_CA_BUNDLE", "")) and "SSL_CERT_FILE" in os.environ:
    os.environ["AWS_CA_BUNDLE"] = os.environ["SSL_CERT_FILE"]

_layers = [one for one in os.environ.get("_LAMBDA_LAYERS_DIRS", "").split(os.pathsep) if one]
_check_call = subprocess.check_call


def _from_layer(command, *args, **kwargs):
    program = command[0]
    if program.startswith("/opt/") and not os.path.exists(program):
        found = [os.path.join(one, program[len("/opt/"):]) for one in _layers]
        command = [sys.executable, *[one for one in found if os.path.exists(one)][:1], *command[1:]]
    return _check_call(command, *args, **kwargs)


subprocess.check_call = _from_layer
