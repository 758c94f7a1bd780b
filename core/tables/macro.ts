/** `$1`, `${1}`, `$(1)` and `$$` in the right-hand side of pattern tables (mac_parse). */

type MacroPart =
  { readonly kind: 'text'; readonly text: string } | { readonly kind: 'name'; readonly name: string };

type ParsedMacro =
  | { readonly ok: true; readonly parts: readonly MacroPart[] }
  | { readonly ok: false; readonly reason: string };

/** Takes the name behind a `$` off; at is the index of what follows the `$`. */
function takeName(text: string, at: number): { name: string; at: number } | { reason: string } {
  const open = text.charAt(at);
  if (open === '{' || open === '(') {
    const end = text.indexOf(open === '{' ? '}' : ')', at);
    if (end < 0) return { reason: `truncated macro reference: "${text}"` };
    return checkedName(text, text.slice(at + 1, end), end + 1);
  }
  const name = /^\w*/.exec(text.slice(at))?.[0] ?? '';
  return checkedName(text, name, at + name.length);
}

const checkedName = (text: string, name: string, at: number) =>
  name === '' ? { reason: `empty macro name: "${text}"` } : { name, at };

/** Takes the text apart into literal text and the names after `$`. */
function parseMacro(text: string): ParsedMacro {
  const parts: MacroPart[] = [];
  let literal = '';
  let at = 0;
  while (at < text.length) {
    const dollar = text.indexOf('$', at);
    literal += text.slice(at, dollar < 0 ? undefined : dollar);
    if (dollar < 0) break;
    if (text.charAt(dollar + 1) === '$') {
      literal += '$';
      at = dollar + 2;
      continue;
    }
    const next = takeName(text, dollar + 1);
    if ('reason' in next) return { ok: false, reason: next.reason };
    if (literal !== '') parts.push({ kind: 'text', text: literal });
    literal = '';
    parts.push({ kind: 'name', name: next.name });
    at = next.at;
  }
  if (literal !== '') parts.push({ kind: 'text', text: literal });
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
export function compileReplacement(text: string, outOfRange = 'out-of-range'): Replacement {
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
    if (index < 1)
      return { ok: false, warnings: [`${outOfRange} replacement index "${part.name}"`, skipped] };
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
