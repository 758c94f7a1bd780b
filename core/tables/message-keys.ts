/** The keys that `postmap -h`, `-b` and `-m` look up: headers (folded ones whole) and body lines of a message. */
export interface MessageKeyOptions {
  readonly headers: boolean;
  readonly body: boolean;
  /** Headers of MIME parts and attached messages are headers too. */
  readonly mime: boolean;
}

const isHeader = (line: string): boolean => /^[^\s:]+[ \t]*:/.test(line);

/** The delimiter line of the parts that a Content-Type header announces. */
function boundaryOf(header: string): string | undefined {
  const match = /^content-type:[\s\S]*\bboundary\s*=\s*(?:"([^"]+)"|([^\s";]+))/i.exec(header);
  const name = match?.[1] ?? match?.[2];
  return name === undefined ? undefined : `--${name}`;
}

/** Joins the lines of one header block; the rest begins after the empty line, or at a line that is no header. */
function takeHeaders(lines: readonly string[], from: number): { headers: readonly string[]; at: number } {
  const headers: string[] = [];
  let at = from;
  for (; at < lines.length; at++) {
    const line = lines[at] as string;
    if (headers.length > 0 && /^[ \t]/.test(line)) headers.push(`${headers.pop() as string}\n${line}`);
    else if (isHeader(line)) headers.push(line);
    else break;
  }
  return { headers, at: lines[at] === '' ? at + 1 : at };
}

export function messageKeys(message: string, options: MessageKeyOptions): readonly string[] {
  const lines = message.replace(/\n$/, '').split('\n');
  const keys: string[] = [];
  const boundaries = new Set<string>();
  let at = 0;
  const readHeaders = (): void => {
    const block = takeHeaders(lines, at);
    at = block.at;
    if (options.headers) keys.push(...block.headers);
    for (const header of block.headers) {
      const boundary = boundaryOf(header);
      if (boundary !== undefined) boundaries.add(boundary);
    }
  };
  readHeaders();
  if (!options.body && !options.mime) return keys;
  while (at < lines.length) {
    const line = lines[at] as string;
    at += 1;
    if (options.body) keys.push(line);
    if (options.mime && boundaries.has(line.trimEnd())) readHeaders();
  }
  return keys;
}
