/**
 * `$name`, `${name?{a}:{b}}` and relational expressions (mac_parse(3), mac_expand(3); postconf(5) "main.cf file format").
 * Errors are collected, not thrown: each caller has its own fatal text for them.
 */
import { compareCompatibilityLevels } from './compatibility-level.ts';

export interface MacroResult {
  readonly text: string;
  /** Postfix's warnings, in its order. */
  readonly warnings: readonly string[];
  /** "macro processing error". */
  readonly isBad: boolean;
  /** A `$name` without `?` or `:` had no value. */
  readonly hasUndefined: boolean;
}

export interface MacroOptions {
  /** The value of a name, `undefined` when it has none. Values are expanded in turn unless `recursive` is false. */
  readonly lookup: (name: string, mode: 'use' | 'test') => string | undefined;
  readonly recursive?: boolean;
  /** Visits every name in every branch and looks at no value (MAC_EXP_FLAG_SCAN). */
  readonly scan?: boolean;
}

/** Depth at which Postfix calls the nesting unreasonable. */
const DEEPEST = 100;
/** Values that compare themselves with themselves would take for ever without being deep. */
const MOST_MACROS = 5000;
const OPERATOR_CHARACTERS = /^[<>!=?+\-*/~&|%]*/;
const RELATIONS = ['==', '!=', '<=', '<', '>=', '>'] as const;
type Relation = (typeof RELATIONS)[number];
/** The quotes are Postfix's. */
const ANY_RELATION = '"==" or "!="" or "<"" or "<="" or ">="" or ">"';

interface State extends MacroOptions {
  text: string;
  warnings: string[];
  isBad: boolean;
  hasUndefined: boolean;
  level: number;
  readonly budget: { left: number };
}

export function expandMacros(value: string, options: MacroOptions): MacroResult {
  return expandWith(value, options, { level: 0, budget: { left: MOST_MACROS } });
}

function expandWith(
  value: string,
  options: MacroOptions,
  start: Pick<State, 'level' | 'budget'>,
): MacroResult {
  const state: State = { ...options, ...start, text: '', warnings: [], isBad: false, hasUndefined: false };
  walk(value, state);
  return state;
}

/** True when there is nothing to expand: most values. */
export function isPlain(value: string): boolean {
  return !value.includes('$');
}

/** mac_parse: literal text and macro bodies, in order. A bad macro ends the walk; a literal that is too deep does not. */
function walk(value: string, state: State): void {
  let literal = '';
  let at = 0;
  while (at < value.length) {
    const dollar = value.indexOf('$', at);
    if (dollar === -1) break;
    literal += value.slice(at, dollar);
    if (value[dollar + 1] === '$') {
      literal += '$';
      at = dollar + 2;
      continue;
    }
    if (literal !== '') emit(literal, state);
    literal = '';
    const body = macroBody(value, dollar + 1);
    if (body === undefined || body.text === '') {
      fail(state, `${body === undefined ? 'truncated macro reference' : 'empty macro name'}: "${value}"`);
      return;
    }
    expandBody(body.text, state);
    if (state.isBad) return;
    at = body.end;
  }
  literal += value.slice(at);
  if (literal !== '' && !state.isBad) emit(literal, state);
}

function fail(state: State, warning: string): void {
  if (!state.warnings.includes(warning)) state.warnings.push(warning);
  state.isBad = true;
}

/** Text after the `$`: `name`, `{...}` or `(...)`; undefined when the bracket is not closed. */
function macroBody(value: string, start: number): { text: string; end: number } | undefined {
  const open = value[start];
  if (open !== '{' && open !== '(') {
    const name = /^[A-Za-z0-9_]*/.exec(value.slice(start))?.[0] ?? '';
    return { text: name, end: start + name.length };
  }
  const close = open === '{' ? '}' : ')';
  let level = 1;
  for (let at = start + 1; at < value.length; at++) {
    if (value[at] === open) level++;
    else if (value[at] === close && --level === 0) return { text: value.slice(start + 1, at), end: at + 1 };
  }
  return undefined;
}

/** Too deep, or an error before: nothing more is expanded. */
function enter(state: State, text: string): boolean {
  if (state.level++ > DEEPEST || state.budget.left-- <= 0)
    fail(state, `unreasonable macro call nesting: "${text}"`);
  return !state.isBad;
}

function emit(literal: string, state: State): void {
  if (!enter(state, literal)) return;
  if (state.scan !== true) state.text += literal;
  state.level--;
}

/** mac_expand_callback: one macro. `level` stays up after an error, as in Postfix: the rest is refused, too. */
function expandBody(body: string, state: State): void {
  if (!enter(state, body)) return;
  const rest = skipBlanks(body);
  const head = rest.startsWith('{') ? relational(rest, state) : named(body, state);
  if (head === undefined) return;
  if (head.operator === '') use(head.value, state);
  else if (!choose(head, state)) return;
  state.level--;
}

interface Head {
  /** undefined: the name has no value. */
  readonly value: string | undefined;
  readonly operator: '' | '?' | ':';
  /** What follows the operator. */
  readonly rest: string;
}

function named(body: string, state: State): Head | undefined {
  const [, name = '', , operator = '', rest = ''] =
    /^[ \t\n\v\f\r]*([A-Za-z0-9_]*)([ \t\n\v\f\r]*)([?:]?)([^]*)$/.exec(body) ?? [];
  if (operator === '' && rest !== '') {
    const after = body.slice(body.indexOf(name) + name.length);
    fail(state, `attribute name syntax error at: "...${name}>>>${after.slice(0, 20)}"`);
    return undefined;
  }
  const value = state.lookup(name, operator === '' ? 'use' : 'test');
  return { value, operator: operator as Head['operator'], rest };
}

/** `{left} operator {right}`: "true" or nothing. */
function relational(text: string, state: State): Head | undefined {
  const comparison = parseComparison(text, state);
  if (comparison === undefined) return undefined;
  const isTrue = evaluate(comparison, state);
  if (state.isBad) return undefined;
  const { rest } = comparison;
  const operator = rest[0] ?? '';
  if (operator !== '' && operator !== '?' && operator !== ':') {
    fail(state, `"?" or ":" expected at: "...}>>>${rest.slice(0, 20)}"`);
    return undefined;
  }
  return { value: isTrue ? 'true' : '', operator, rest: rest.slice(1) };
}

interface Comparison {
  readonly left: string;
  readonly right: string;
  readonly relation: Relation;
  /** `<=level`: the operands are compatibility levels. */
  readonly isLevel: boolean;
  readonly rest: string;
}

function parseComparison(text: string, state: State): Comparison | undefined {
  const left = curly(text, state);
  if (left === undefined) return undefined;
  const symbol = OPERATOR_CHARACTERS.exec(left.rest)?.[0] ?? '';
  const relation = RELATIONS.find((r) => r === symbol);
  if (relation === undefined) {
    fail(state, `${ANY_RELATION} expected at: "...${left.payload}}>>>${left.rest.slice(0, 20)}"`);
    return undefined;
  }
  const suffix = /^[A-Za-z0-9]*/.exec(left.rest.slice(symbol.length))?.[0] ?? '';
  if (suffix !== '' && suffix !== 'level') {
    fail(state, `bad operator suffix at: "...${symbol}>>>${suffix}"`);
    return undefined;
  }
  const operator = symbol + suffix;
  const tail = skipBlanks(left.rest.slice(operator.length));
  if (!tail.startsWith('{')) {
    fail(state, `"{expression}" expected at: "...{${left.payload}}${operator}>>>${tail.slice(0, 20)}"`);
    return undefined;
  }
  const right = curly(tail, state);
  if (right === undefined) return undefined;
  return { left: left.payload, right: right.payload, relation, isLevel: suffix !== '', rest: right.rest };
}

function evaluate(comparison: Comparison, state: State): boolean {
  const left = expandOperand(comparison.left, state);
  const right = expandOperand(comparison.right, state);
  if (state.scan === true) return false;
  if (!comparison.isLevel) return holds(comparison.relation, compareTexts(left, right));
  const compared = compareCompatibilityLevels(left, right);
  if (typeof compared === 'number') return holds(comparison.relation, compared);
  fail(state, compared.problem);
  return false;
}

/** An operand is expanded on its own. (Postfix counts its nesting anew, and crashes on a value that compares itself.) */
function expandOperand(operand: string, state: State): string {
  const result = expandWith(operand, state, state);
  for (const warning of result.warnings) if (!state.warnings.includes(warning)) state.warnings.push(warning);
  state.isBad ||= result.isBad;
  state.hasUndefined ||= result.hasUndefined;
  return result.text;
}

/** Two runs of digits compare as numbers, anything else as text. */
function compareTexts(a: string, b: string): number {
  if (/^[0-9]+$/.test(a) && /^[0-9]+$/.test(b)) return Number(a) - Number(b);
  return a < b ? -1 : a > b ? 1 : 0;
}

function holds(relation: Relation, difference: number): boolean {
  switch (relation) {
    case '==':
      return difference === 0;
    case '!=':
      return difference !== 0;
    case '<=':
      return difference <= 0;
    case '<':
      return difference < 0;
    case '>=':
      return difference >= 0;
    case '>':
      return difference > 0;
  }
}

/** `{...}` at the start of the text, its braces balanced; blanks around what follows are skipped. */
function curly(text: string, state: State): { payload: string; rest: string } | undefined {
  let level = 0;
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{') level++;
    else if (text[at] === '}' && --level <= 0)
      return { payload: text.slice(1, at), rest: skipBlanks(text.slice(at + 1)) };
  }
  fail(state, `unbalanced {} in attribute expression: "${text}"`);
  return undefined;
}

function use(value: string | undefined, state: State): void {
  if (value === undefined) state.hasUndefined = true;
  else if (value === '' || state.scan === true) return;
  else if (state.recursive === false) state.text += value;
  else walk(value, state);
}

/** The texts after `?` and `:`. Both are parsed when scanning, else only the one that counts. */
function choose(head: Head, state: State): boolean {
  const isTrue = head.value !== undefined && head.value !== '';
  let rest = head.rest;
  if (head.operator === '?') {
    const branch = branchText(rest, state);
    if (branch === undefined) return false;
    if (isTrue || state.scan === true) walk(branch.payload, state);
    if (branch.rest === '') return true;
    if (!branch.rest.startsWith(':')) {
      fail(state, `":" expected at: "...${branch.payload}}>>>${branch.rest.slice(0, 20)}"`);
      return false;
    }
    rest = branch.rest.slice(1);
  }
  const branch = branchText(rest, state);
  if (branch === undefined) return false;
  if (!isTrue || state.scan === true) walk(branch.payload, state);
  if (branch.rest === '') return true;
  fail(state, `unexpected input at: "...${branch.payload}}>>>${branch.rest.slice(0, 20)}"`);
  return false;
}

/** A branch in braces, or all that is left. */
function branchText(text: string, state: State): { payload: string; rest: string } | undefined {
  const trimmed = skipBlanks(text);
  return trimmed.startsWith('{') ? curly(trimmed, state) : { payload: text, rest: '' };
}

function skipBlanks(text: string): string {
  return text.replace(/^[ \t\n\v\f\r]+/, '');
}
