/** One argument of a pipe command with its macros: `$name`, `${name}`, `$(name)`, `$$` (mac_parse(3)). Pure. */

export type TemplatePart =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'macro'; readonly name: string };

export interface Template {
  /** As written. */
  readonly source: string;
  readonly parts: readonly TemplatePart[];
  /** What is wrong with it; undefined: nothing. */
  readonly problem?: string;
}

const CLOSING: Readonly<Record<string, string>> = { '{': '}', '(': ')' };

/** The index of the bracket that closes the one at `at`; -1 when none does. */
function closingIndex(text: string, at: number): number {
  const open = text.charAt(at);
  const close = CLOSING[open];
  let depth = 0;
  for (let i = at; i < text.length; i += 1) {
    if (text[i] === open) depth += 1;
    else if (text[i] === close && --depth === 0) return i;
  }
  return -1;
}

interface Macro {
  readonly name: string;
  readonly end: number;
}

/** The macro whose dollar sign stands at `at`; undefined: its bracket is not closed. */
function macroAt(text: string, at: number): Macro | undefined {
  if (text.charAt(at + 1) in CLOSING) {
    const end = closingIndex(text, at + 1);
    return end < 0 ? undefined : { name: text.slice(at + 2, end), end: end + 1 };
  }
  const name = /^\w*/.exec(text.slice(at + 1))?.[0] ?? '';
  return { name, end: at + 1 + name.length };
}

export function parseTemplate(source: string): Template {
  const parts: TemplatePart[] = [];
  let text = '';
  const flush = () => {
    if (text !== '') parts.push({ kind: 'text', text });
    text = '';
  };
  let at = 0;
  while (at < source.length) {
    if (source[at] !== '$') {
      text += source.charAt(at);
      at += 1;
    } else if (source[at + 1] === '$') {
      text += '$';
      at += 2;
    } else {
      const macro = macroAt(source, at);
      if (macro === undefined) return { source, parts, problem: `truncated macro reference: "${source}"` };
      if (macro.name === '') return { source, parts, problem: `empty macro name: "${source}"` };
      flush();
      parts.push({ kind: 'macro', name: macro.name });
      at = macro.end;
    }
  }
  flush();
  return { source, parts };
}
