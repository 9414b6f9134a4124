"""Write the model as an MLflow folder: BENCH_MODEL to the folder named."""

import os
import sys

import lightgbm
import mlflow.lightgbm

mlflow.lightgbm.save_model(lightgbm.Booster(model_file=os.environ["BENCH_MODEL"]), sys.argv[1])
