/** Splitting of lists as Postfix's mystrtokq does: by commas and white space, but never inside balanced braces. */
export function splitWords(text: string, separators = ', \t\r\n'): readonly string[] {
  const words: string[] = [];
  let word = '';
  let depth = 0;
  for (const char of text) {
    if (depth === 0 && separators.includes(char)) {
      if (word !== '') words.push(word);
      word = '';
      continue;
    }
    if (char === '{') depth += 1;
    else if (char === '}' && depth > 0) depth -= 1;
    word += char;
  }
  if (word !== '') words.push(word);
  return words;
}

export type Braced =
  | { readonly ok: true; readonly text: string; readonly rest: string }
  | { readonly ok: false; readonly reason: string };

/** Takes `{ text }` off the front of a string (extpar); white space inside the braces is trimmed. */
export function takeBraces(source: string): Braced {
  let depth = 0;
  for (let i = 0; i < source.length; i++) {
    const char = source.charAt(i);
    if (char === '{') depth += 1;
    else if (char === '}') depth -= 1;
    if (depth === 0) return { ok: true, text: source.slice(1, i).trim(), rest: source.slice(i + 1) };
  }
  return { ok: false, reason: `missing '}' in "${source}"` };
}
