#!/usr/bin/env bash
# Installs the peers from the package registries: Debian's packages (as root or
# with sudo), and a Python environment in peers/.venv from PyPI. What cannot be
# installed is a gap in the table, not an error.
#
# No package registry carries the headers of Taskflow. TASKFLOW=DIR takes them
# from an unpacked release (DIR holds taskflow/taskflow.hpp).
#
# VENV=DIR puts the environment elsewhere (then: go run . -venv DIR); PACKAGES
# lists other versions, such as 'dask[array]==2022.12.0 numpy==1.23.5 numba'.
set -ufo pipefail
cd "$(dirname "$0")"

as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
if command -v apt-get >/dev/null; then
	"${as_root[@]}" apt-get install -y --no-install-recommends gcc g++ libc6-dev libopenblas-dev libtbb-dev python3-venv ||
		echo "setup: Debian packages are missing; what needs them will be left out"
else
	echo "setup: no apt-get; install gcc, g++, OpenBLAS with cblas.h, and oneTBB yourself"
fi

venv=${VENV:-.venv}
python3 -m venv "$venv" || { echo "setup: no Python environment; its peers will be left out"; exit 0; }
"$venv/bin/python" -m pip install --quiet --upgrade pip
for package in ${PACKAGES:-dask[array] numpy scipy numexpr numba jax}; do
	"$venv/bin/python" -m pip install --quiet "$package" || echo "setup: no $package; it will be left out"
done

if [ -n "${TASKFLOW:-}" ]; then
	mkdir -p .taskflow && cp -r "$TASKFLOW/taskflow" .taskflow/
else
	echo "setup: Taskflow will be left out, as TASKFLOW is not set (see the head of this script)"
fi
