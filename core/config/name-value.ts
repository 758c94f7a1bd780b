/** `name = value` (split_nameval(3)). */
export type NameValue =
  | { readonly kind: 'pair'; readonly name: string; readonly value: string }
  | { readonly kind: 'error'; readonly reason: string };

const PAIR = /^[ \t\n\v\f\r]*([^ \t\n\v\f\r=]*)[ \t\n\v\f\r]*(=?)([^]*)$/;

/** White space around the name and the value is dropped; the first `=` ends the name. */
export function splitNameValue(text: string): NameValue {
  const [, name = '', equals = '', value = ''] = PAIR.exec(text) ?? [];
  if (name === '') return { kind: 'error', reason: 'missing attribute name' };
  if (equals === '') return { kind: 'error', reason: "missing '=' after attribute name" };
  return { kind: 'pair', name, value: trimBlanks(value) };
}

/** Removes ASCII white space at both ends, and nothing else (no-break spaces are data). */
export function trimBlanks(text: string): string {
  return text.replace(/^[ \t\n\v\f\r]+/, '').replace(/[ \t\n\v\f\r]+$/, '');
}
