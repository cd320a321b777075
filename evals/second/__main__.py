import sys

from evals.second.train import main

sys.exit(main())
