"""The fixtures of all tests that build warehouses.

They are known here and not in each module that uses them: a fixture that a module imports is its own, and
what is made once a session would be made once a module.
"""

from rig.fixtures import bench, demo, site, worlds_built

__all__ = ["bench", "demo", "site", "worlds_built"]
