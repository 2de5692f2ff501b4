"""seccomp(2): a filter that lets through what a loaded parser needs and answers EPERM to all else.

A list of what is allowed, not of what is forbidden: calls that later kernels bring are refused too.
"""

import ctypes
import errno
import os
from dataclasses import dataclass

from services.runner import syscalls
from services.runner.kernel import machine, syscall

_SECCOMP = {"x86_64": 317, "aarch64": 277}
_SET_MODE_FILTER, _GET_ACTION_AVAIL = 1, 2

_LOAD, _EQUAL, _ANY_BIT, _RETURN = 0x20, 0x15, 0x45, 0x06  # BPF_LD|W|ABS, JMP|JEQ|K, JMP|JSET|K, RET|K
_NUMBER, _ARCHITECTURE, _ARGUMENTS = 0, 4, 16  # offsets in struct seccomp_data
_ALLOW, _ERRNO, _KILL = 0x7FFF0000, 0x00050000, 0x80000000
_REFUSE = _ERRNO | errno.EPERM

_CLONE_THREAD = 0x10000
_PROT_EXEC = 0x4
_AT_EMPTY_PATH = 0x1000
_PR_SET_NAME = 15

Instruction = tuple[int, int, int, int]
"""struct sock_filter: code, jump if true, jump if false, operand."""


@dataclass(frozen=True, slots=True)
class Condition:
    """What the low half of one argument must be; with `bits`, whether any of them is set."""

    argument: int
    value: int
    bits: bool = False
    wanted: bool = True


def is_available() -> bool:
    """Whether kernel and architecture take such a filter."""
    if machine() not in _SECCOMP:
        return False
    action = ctypes.c_uint32(_ERRNO)
    try:
        syscall(_SECCOMP[machine()], _GET_ACTION_AVAIL, 0, ctypes.byref(action))
    except OSError:
        return False
    return True


def enter() -> None:
    """Filter the calling process for good; needs no_new_privs. OSError."""
    code = program(machine(), os.getpid())
    filters = (ctypes.c_uint64 * len(code))(*map(_packed, code))
    header = _Program(len(code), ctypes.cast(filters, ctypes.c_void_p))
    syscall(_SECCOMP[machine()], _SET_MODE_FILTER, 0, ctypes.byref(header))


def program(architecture: str, pid: int) -> list[Instruction]:
    """The filter for a process of that id."""
    audit = syscalls.audit_number(architecture)
    if audit is None:
        raise OSError(errno.ENOSYS, f"no table of system calls for {architecture}")
    code = [_load(_ARCHITECTURE), (_EQUAL, 1, 0, audit), _return(_KILL), _load(_NUMBER)]
    for number in syscalls.needed(architecture).values():
        code += _when(number, [_return(_ALLOW)])
    for number in syscalls.absent(architecture).values():
        code += _when(number, [_return(_ERRNO | errno.ENOSYS)])
    conditions = _conditions(pid)
    for name, number in syscalls.conditional(architecture).items():
        code += _when(number, _checked(conditions[name]))
    return [*code, _return(_REFUSE)]


def _conditions(pid: int) -> dict[str, Condition]:
    return {
        "mmap": Condition(2, _PROT_EXEC, bits=True, wanted=False),
        "mprotect": Condition(2, _PROT_EXEC, bits=True, wanted=False),
        "clone": Condition(0, _CLONE_THREAD, bits=True),
        "kill": Condition(0, pid),
        "tgkill": Condition(0, pid),
        "prlimit64": Condition(2, 0),  # asking, not setting
        "prctl": Condition(0, _PR_SET_NAME),  # threads name themselves
        "newfstatat": Condition(3, _AT_EMPTY_PATH, bits=True),  # how some C libraries do fstat
    }


def _checked(condition: Condition) -> list[Instruction]:
    test = _ANY_BIT if condition.bits else _EQUAL
    verdicts = (_ALLOW, _REFUSE) if condition.wanted else (_REFUSE, _ALLOW)
    return [
        _load(_ARGUMENTS + 8 * condition.argument),
        (test, 0, 1, condition.value),
        *map(_return, verdicts),
    ]


def _when(number: int, block: list[Instruction]) -> list[Instruction]:
    """The block for one system call; it ends with a return, so the number stays loaded for the next test."""
    return [(_EQUAL, 0, len(block), number), *block]


def _load(offset: int) -> Instruction:
    return (_LOAD, 0, 0, offset)


def _return(verdict: int) -> Instruction:
    return (_RETURN, 0, 0, verdict)


def _packed(instruction: Instruction) -> int:
    code, jump_true, jump_false, operand = instruction
    return code | jump_true << 16 | jump_false << 24 | operand << 32


class _Program(ctypes.Structure):
    """struct sock_fprog."""

    _fields_ = (("length", ctypes.c_ushort), ("filters", ctypes.c_void_p))
