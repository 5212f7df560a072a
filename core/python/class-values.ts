/** Whether an expression may give a class, judged by its shape alone. */
import type { SyntaxNode } from '@lezer/common';

const plainValues = new Set([
  ...['Number', 'String', 'ContinuedString', 'FormatString', 'Boolean', 'None', 'Ellipsis'],
  ...['TupleExpression', 'ArrayExpression', 'DictionaryExpression', 'SetExpression', 'LambdaExpression'],
  ...['ArrayComprehensionExpression', 'DictionaryComprehensionExpression', 'SetComprehensionExpression'],
  ...['ComprehensionExpression', 'UnaryExpression'],
]);

/** Functions of Python that make a class when they are called. */
const classMakers = new Set([
  ...['type', 'new_class', 'namedtuple', 'NamedTuple', 'TypedDict', 'make_dataclass'],
  ...['Enum', 'IntEnum', 'StrEnum', 'Flag', 'IntFlag'],
]);

const plainBuiltins = new Set([
  ...['abs', 'all', 'any', 'bool', 'bytearray', 'bytes', 'dict', 'enumerate', 'float', 'frozenset', 'hash'],
  ...['id', 'int', 'isinstance', 'issubclass', 'len', 'list', 'max', 'min', 'object', 'open', 'ord', 'print'],
  ...['range', 'repr', 'reversed', 'round', 'set', 'sorted', 'str', 'sum', 'tuple', 'zip'],
]);

/** True where only running it would tell: a call of an unknown function, another name, an attribute. */
export function mayBeClass(node: SyntaxNode, textOf: (node: SyntaxNode) => string): boolean {
  if (plainValues.has(node.name)) return false;
  switch (node.name) {
    case 'ParenthesizedExpression':
      return operands(node).some((child) => mayBeClass(child, textOf));
    case 'ConditionalExpression': {
      const [first, _condition, second] = operands(node);
      return [first, second].some((child) => !child || mayBeClass(child, textOf));
    }
    case 'BinaryExpression':
      // Arithmetic and comparisons give numbers and the like; `and` and `or` give one of their sides.
      if (!node.getChild('and') && !node.getChild('or')) return false;
      return operands(node).some((child) => mayBeClass(child, textOf));
    case 'CallExpression':
      return callMayBeClass(node.firstChild, textOf);
    default:
      return true;
  }
}

function callMayBeClass(called: SyntaxNode | null, textOf: (node: SyntaxNode) => string): boolean {
  if (called?.name === 'VariableName') return !plainBuiltins.has(textOf(called));
  const attribute = called?.name === 'MemberExpression' ? called.lastChild : null;
  return attribute?.name !== 'PropertyName' || classMakers.has(textOf(attribute));
}

/** Keywords and brackets are nodes too; they are called as they are written. */
function operands(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let child = node.firstChild; child; child = child.nextSibling) {
    if (/^[A-Z]/.test(child.name)) found.push(child);
  }
  return found;
}
