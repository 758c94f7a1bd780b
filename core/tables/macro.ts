/** `$1`, `${1}`, `$(1)` and `$$` in the right-hand side of pattern tables (mac_parse). */

export type MacroPart =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'name'; readonly name: string };

export type ParsedMacro =
  | { readonly ok: true; readonly parts: readonly MacroPart[] }
  | { readonly ok: false; readonly reason: string };

function enclosed(text: string, from: number): { name: string; at: number } | undefined {
  const close = text.charAt(from) === '{' ? '}' : ')';
  const end = text.indexOf(close, from);
  return end < 0 ? undefined : { name: text.slice(from + 1, end), at: end + 1 };
}

/** Takes the text apart into literal text and the names after `$`. */
export function parseMacro(text: string): ParsedMacro {
  const parts: MacroPart[] = [];
  let literal = '';
  let at = 0;
  const flush = (): void => {
    if (literal !== '') parts.push({ kind: 'text', text: literal });
    literal = '';
  };
  while (at < text.length) {
    const char = text.charAt(at);
    if (char !== '$') {
      literal += char;
      at += 1;
    } else if (text.charAt(at + 1) === '$') {
      literal += '$';
      at += 2;
    } else {
      flush();
      const braced = '{('.includes(text.charAt(at + 1) || ' ') ? enclosed(text, at + 1) : undefined;
      if (braced === undefined && /[{(]/.test(text.charAt(at + 1))) {
        return { ok: false, reason: `truncated macro reference: "${text}"` };
      }
      const name = braced?.name ?? /^\w*/.exec(text.slice(at + 1))?.[0] ?? '';
      if (name === '') return { ok: false, reason: `empty macro name: "${text}"` };
      parts.push({ kind: 'name', name });
      at = braced?.at ?? at + 1 + name.length;
    }
  }
  flush();
  return { ok: true, parts };
}

export type Replacement =
  | {
      readonly ok: true;
      /** The highest number used; 0: the text is literal. */
      readonly highest: number;
      /** @param groups what matched, from index 1; undefined or '' where a group did not */
      readonly expand: (groups: readonly (string | undefined)[]) => string;
    }
  | {
      readonly ok: false;
      readonly warnings: readonly string[];
      /** A warning that stands without file and line. */
      readonly general?: string;
    };

/** Checks a replacement text once, so that look-ups only join strings. Warnings have no file and line. */
export function compileReplacement(text: string): Replacement {
  const parsed = parseMacro(text);
  const skipped = 'bad replacement syntax: skipping this rule';
  if (!parsed.ok) return { ok: false, warnings: [skipped], general: parsed.reason };
  let highest = 0;
  for (const part of parsed.parts) {
    if (part.kind === 'text') continue;
    if (!/^\d+$/.test(part.name)) {
      return { ok: false, warnings: [`non-numeric replacement index "${part.name}"`, skipped] };
    }
    const index = Number(part.name);
    if (index < 1) return { ok: false, warnings: [`out-of-range replacement index "${part.name}"`, skipped] };
    highest = Math.max(highest, index);
  }
  return {
    ok: true,
    highest,
    expand: (groups) =>
      parsed.parts
        .map((part) => (part.kind === 'text' ? part.text : (groups[Number(part.name)] ?? '')))
        .join(''),
  };
}
