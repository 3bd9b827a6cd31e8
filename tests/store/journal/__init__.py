"""The journal: on a disk that crashes on purpose, and on the real one."""
