/** `$name` in forward_path, luser_relay and command_execution_directory: local_expand, mac_expand(3). */
import { censor } from '../../config/censor.ts';

export interface MacroText {
  readonly text: string;
  /** A plain `$name` had no value. */
  readonly isUndefined: boolean;
  /** `$extension` is part of the text. */
  readonly usesExtension: boolean;
  readonly isMalformed: boolean;
}

export interface MacroRules {
  readonly valueOf: (name: string) => string | undefined;
  /** The characters that a value may have; others become `_`. undefined: all. */
  readonly filter?: string;
}

interface Found {
  usesExtension: boolean;
  isUndefined: boolean;
  isMalformed: boolean;
}

const CLOSING: Record<string, string> = { '{': '}', '(': ')' };

/** The index after the bracket that closes the one at `at`; -1 when none does. */
function closingIndex(text: string, at: number): number {
  const open = text.charAt(at);
  const close = CLOSING[open] ?? '';
  let depth = 0;
  for (let i = at; i < text.length; i += 1) {
    if (text[i] === open) depth += 1;
    else if (text[i] === close) depth -= 1;
    if (depth === 0) return i;
  }
  return -1;
}

/** `text` or `{text}` after `?` or `:`; what follows the braces is the other branch. */
function branches(rest: string): readonly [string, string] {
  if (!rest.startsWith('{')) return [rest, ''];
  const end = closingIndex(rest, 0);
  if (end < 0) return [rest, ''];
  const other = rest.slice(end + 1);
  const second = other.startsWith(':') ? other.slice(1) : '';
  return [rest.slice(1, end), second.startsWith('{') ? second.slice(1, -1) : second];
}

function expandInto(pattern: string, rules: MacroRules, found: Found): string {
  const use = (name: string): string => {
    const value = rules.valueOf(name);
    if (name === 'extension') found.usesExtension = true;
    if (value === undefined) found.isUndefined = true;
    // a home folder is the sandbox's own path, not the sender's words, and may have any character
    return name === 'home' ? (value ?? '') : censor(value ?? '', rules.filter ?? '');
  };
  const conditional = (body: string): string => {
    const match = /^(\w+)(?:([?:])(.*))?$/s.exec(body);
    if (match === null) {
      found.isMalformed = true;
      return '';
    }
    const [, name = '', operator, rest = ''] = match;
    if (operator === undefined) return use(name);
    const isSet = (rules.valueOf(name) ?? '') !== '';
    const [first, second] = branches(rest);
    const chosen = operator === '?' ? (isSet ? first : second) : isSet ? '' : first;
    return expandInto(chosen, rules, found);
  };
  let text = '';
  for (let at = 0; at < pattern.length; at += 1) {
    const character = pattern.charAt(at);
    const next = pattern.charAt(at + 1);
    if (character !== '$') {
      text += character;
    } else if (next === '$') {
      text += '$';
      at += 1;
    } else if (next === '{' || next === '(') {
      const end = closingIndex(pattern, at + 1);
      if (end < 0) {
        found.isMalformed = true;
        return text;
      }
      text += conditional(pattern.slice(at + 2, end));
      at = end;
    } else {
      const name = /^\w+/.exec(pattern.slice(at + 1))?.[0] ?? '';
      if (name === '') found.isMalformed = true;
      else text += use(name);
      at += name.length;
    }
  }
  return text;
}

/** Replaces the `$name`s of a pattern by a recipient's own values. */
export function expandMacros(pattern: string, rules: MacroRules): MacroText {
  const found: Found = { usesExtension: false, isUndefined: false, isMalformed: false };
  const text = expandInto(pattern, rules, found);
  return { text, ...found };
}
