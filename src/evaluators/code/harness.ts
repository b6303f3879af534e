/** The Python that runs beside a candidate in the sandbox: it chooses the program, runs it, and tells what came of it. */

/**
 * What answers take for granted, since the sets' own harnesses import it before the program. Where two names meet, the later
 * line holds: typing's Counter is no class, math's pow takes no third argument, and a function called bisect hides its module.
 */
const prelude = `
from typing import *
from bisect import *
from collections import *
from functools import *
from heapq import *
from itertools import *
from math import *
from builtins import *
import array, bisect, collections, copy, datetime, decimal, fractions, functools, heapq, itertools, json, math
import operator, os, random, re, statistics, string, sys, time, typing
`;

/**
 * `_choose(candidates, wanted, token)`: the first that is Python and defines one of the names; without names, that does
 * something. Which it was stands on standard error, behind the token.
 */
const choosing = `
def _choose(candidates, wanted, token):
    import ast, sys
    def defined(tree):
        names = set()
        for node in tree.body:
            if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                names.add(node.name)
                if isinstance(node, ast.ClassDef):
                    names.update(inner.name for inner in node.body if isinstance(inner, ast.FunctionDef))
            elif isinstance(node, (ast.Assign, ast.AnnAssign)):
                targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                names.update(target.id for target in targets if isinstance(target, ast.Name))
            elif isinstance(node, ast.ImportFrom):
                names.update(alias.asname or alias.name for alias in node.names)
        return names
    def fits(tree):
        if wanted:
            return bool(wanted & defined(tree))
        return any(isinstance(node, (ast.Call, ast.FunctionDef, ast.ClassDef)) for node in ast.walk(tree))
    for place, text in enumerate(candidates):
        try:
            compile(text, "solution.py", "exec")
            if fits(ast.parse(text)):
                print(token, place, file=sys.stderr, flush=True)
                return text
        except (SyntaxError, ValueError, RecursionError, MemoryError):
            pass
    return None
`;

/** The names that test code calls and does not define itself: what a program has to bring. */
const wanting = `
def _wanted(tests, setup):
    import ast, builtins
    called, own = set(), set(dir(builtins))
    for source in (setup, tests):
        try:
            tree = ast.parse(source)
        except SyntaxError:
            continue
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                called.add(node.func.id)
            elif isinstance(node, (ast.FunctionDef, ast.ClassDef)):
                own.add(node.name)
            elif isinstance(node, (ast.Import, ast.ImportFrom)):
                own.update((alias.asname or alias.name).split(".")[0] for alias in node.names)
            elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
                own.add(node.id)
            elif isinstance(node, ast.arg):
                own.add(node.arg)
    return called - own
`;

const reading = `
import json as _json
with open("task.json", encoding="utf-8") as _file:
    _task = _json.load(_file)
`;

/**
 * Runs set-up, candidate and assertions in one module; the last thing that runs prints the word of the second line of its
 * input. task.json: {candidates, entry, setup, tests}.
 *
 * Assertions need the candidate's objects, so they share its interpreter, and a program bent on it can pass for right: by a
 * result that equals everything, by a search of all objects there are (docs/decisions). What is not left lying about: the
 * task, the harness's functions, and the word, which is a constant of code that no frame and no module has a name for.
 */
export const assertionHarness = `${reading}${choosing}${wanting}
def _steps():
    import os, sys
    token, word = sys.stdin.readline().strip(), sys.stdin.readline().strip()
    os.remove("task.json")
    task, space = _task, sys.modules[__name__].__dict__
    wanted = {task["entry"]} if task["entry"] else _wanted(task["tests"], task["setup"])
    code = _choose(task["candidates"], wanted, token)
    for name in ("_json", "_file", "_task", "_choose", "_wanted", "_steps"):
        space.pop(name, None)
    if code is None:
        return []
    closing = "import builtins, sys; sys.stdout.flush(); builtins.print(%r, file=sys.__stdout__, flush=True)"
    return [
        compile(${JSON.stringify(prelude)}, "prelude.py", "exec"),
        compile(task["setup"], "setup.py", "exec"),
        compile(code, "solution.py", "exec"),
        compile(task["tests"], "tests.py", "exec"),
        compile(closing % ("\\n" + word + " passed"), "closing.py", "exec"),
    ]
# Run from within map: the steps still to come stand in no variable.
__import__("collections").deque(map(exec, _steps(), __import__("itertools").repeat(globals())), maxlen=0)
`;

/** Runs the candidate as a program of its own on real standard input. task.json: {candidates, token}. */
export const programHarness = `${reading}${choosing}
def _start():
    import os, sys
    os.remove("task.json")
    code = _choose(_task["candidates"], set(), _task["token"])
    if code is None:
        sys.exit(1)
    space = sys.modules[__name__].__dict__
    for name in ("_json", "_file", "_task", "_choose", "_start"):
        space.pop(name, None)
    exec(compile(${JSON.stringify(prelude)}, "prelude.py", "exec"), space)
    return compile(code, "solution.py", "exec")
exec(_start())
`;

/**
 * Calls a function or a method of class Solution once a test, and prints what each call gave, as JSON behind the token: an
 * array of the one value, or an empty one for what JSON cannot hold. What was wanted stays outside; so a word forged
 * here helps nobody. task.json: {candidates, name, inputs, seconds}.
 */
export const callHarness = `${reading}${choosing}
def _run():
    import os, signal, sys
    def plain(value):
        if isinstance(value, dict):
            return all(isinstance(key, str) and plain(inner) for key, inner in value.items())
        if isinstance(value, (list, tuple)):
            return all(plain(inner) for inner in value)
        return value is None or isinstance(value, (bool, int, float, str))
    token = sys.stdin.readline().strip()
    os.remove("task.json")
    task, load, dump = _task, _json.loads, _json.dumps
    name, seconds = task["name"], task["seconds"]
    code = _choose(task["candidates"], {name}, token)
    if code is None:
        return
    space = sys.modules[__name__].__dict__
    for own in ("_json", "_file", "_task", "_choose", "_run"):
        space.pop(own, None)
    exec(compile(${JSON.stringify(prelude)}, "prelude.py", "exec"), space)
    exec(compile(code, "solution.py", "exec"), space)
    alarm = getattr(signal, "setitimer", None)
    for lines in task["inputs"]:
        target = getattr(space["Solution"](), name) if "Solution" in space else space[name]
        arguments = [load(line) for line in lines.split("\\n") if line.strip()]
        if alarm:
            alarm(signal.ITIMER_REAL, seconds)
        given = target(*arguments)
        if alarm:
            alarm(signal.ITIMER_REAL, 0)
        sys.stdout.flush()
        print("\\n" + token + " " + (dump([given]) if plain(given) else "[]"))
_run()
`;

/**
 * Prints how many values, from the first on, are what was wanted. No word of a candidate runs here, its values are read as
 * JSON. task.json: {given, wanted, tolerance}.
 */
export const comparingHarness = `${reading}
def _same(given, wanted, tolerance):
    if isinstance(given, bool) or isinstance(wanted, bool):
        return given is wanted
    if isinstance(given, float) or isinstance(wanted, float):
        if not isinstance(given, (int, float)) or not isinstance(wanted, (int, float)):
            return False
        return given == wanted or abs(given - wanted) <= tolerance * max(1.0, abs(wanted))
    if isinstance(given, list) and isinstance(wanted, list):
        return len(given) == len(wanted) and all(_same(a, b, tolerance) for a, b in zip(given, wanted))
    if isinstance(given, dict) and isinstance(wanted, dict):
        return given.keys() == wanted.keys() and all(_same(given[k], wanted[k], tolerance) for k in given)
    return given == wanted

_passed = 0
for _text, _wanted in zip(_task["given"], _task["wanted"]):
    try:
        _values = _json.loads(_text)
    except (ValueError, RecursionError):
        break
    if not isinstance(_values, list) or len(_values) != 1:
        break
    if not _same(_values[0], _json.loads(_wanted), _task["tolerance"]):
        break
    _passed += 1
print(_passed)
`;
