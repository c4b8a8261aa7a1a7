"""Records what the AWS CLI prints: fills in the outputs of cases.jsonl, one JSON object a line, in place.

    python3 record.py cases.jsonl

needs the AWS CLI v2's own modules (cases.jsonl: Debian's awscli 2.9.19 with jmespath 1.0.1). "value" and "query" are the
input; "text", "json" and "table" become what the CLI's formatters print. Without "json" the query fails, at the stage
named in "fails"; where a single format is missing the CLI ends in a Python error. Objects are visited in the order of
their keys here, as pkg/render has no other.
"""
import io
import json
import sys

import jmespath
from awscli.formatter import get_formatter
from jmespath import functions, visitor


def in_order(value):
    if isinstance(value, dict):
        return {key: in_order(value[key]) for key in sorted(value)}
    return [in_order(item) for item in value] if isinstance(value, list) else value


class Done:
    """Stands in for the compiled query, with its result."""

    def __init__(self, result):
        self.search = lambda _: result


class Arguments:
    color = 'off'

    def __init__(self, result):
        self.query = Done(result)


def printed(name, result):
    stream = io.StringIO()
    get_formatter(name, Arguments(result))('CreateRouteTable', {}, stream)
    return stream.getvalue()


def record(case):
    case = {key: case[key] for key in ('value', 'query')}
    result = case['value']
    stage = 'compile'
    try:
        if case['query']:
            query = jmespath.compile(case['query'])
            stage = 'search'
            result = query.search(in_order(result))
        result = in_order(json.loads(json.dumps(result)))
    except Exception:
        return {**case, 'fails': stage}
    for name in ('text', 'json', 'table'):
        try:
            case[name] = printed(name, result)
        except Exception:
            pass
    return case


def ordered(method):
    return lambda self, value, *more: method(self, in_order(value), *more)


table = functions.Functions.FUNCTION_TABLE
for function in ('keys', 'values', 'to_string'):
    table[function]['function'] = ordered(table[function]['function'])
project = visitor.TreeInterpreter.visit_value_projection
visitor.TreeInterpreter.visit_value_projection = lambda self, node, value: project(self, node, in_order(value))

with open(sys.argv[1]) as file:
    cases = [record(json.loads(line)) for line in file]
with open(sys.argv[1], 'w') as file:
    for case in cases:
        file.write(json.dumps(case, ensure_ascii=False) + '\n')
