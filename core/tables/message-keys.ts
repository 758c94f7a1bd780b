/** The keys that `postmap -h`, `-b` and `-m` look up: headers (folded ones whole) and body lines of a message. */
export interface MessageKeyOptions {
  readonly headers: boolean;
  readonly body: boolean;
  /** Headers of MIME parts and attached messages are headers too. */
  readonly mime: boolean;
}

const isHeader = (line: string): boolean => /^[^\s:]+[ \t]*:/.test(line);

export function messageKeys(message: string, options: MessageKeyOptions): readonly string[] {
  const lines = message.replace(/\n$/, '').split('\n');
  const keys: string[] = [];
  let inHeader = true;
  let header: string | undefined;
  let boundaries: string[] = [];
  const endHeader = (): void => {
    if (header === undefined) return;
    if (options.headers) keys.push(header);
    const boundary = /^content-type:[\s\S]*\bboundary\s*=\s*"?([^";\n]+)/i.exec(header)?.[1];
    if (boundary !== undefined) boundaries = [...boundaries, `--${boundary.trim()}`];
    header = undefined;
  };
  for (const line of lines) {
    if (inHeader && header !== undefined && /^[ \t]/.test(line)) {
      header += `\n${line}`;
      continue;
    }
    if (inHeader) {
      endHeader();
      if (isHeader(line)) header = line;
      else if (!options.body && !options.mime) return keys;
      else inHeader = false;
      if (inHeader || line === '') continue;
    }
    if (options.mime && boundaries.includes(line.trimEnd())) inHeader = true;
    else if (options.body) keys.push(line);
  }
  endHeader();
  return keys;
}
