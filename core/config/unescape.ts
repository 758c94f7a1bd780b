const NAMED: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
};

/** `\r\n`, `\015\012`: the escapes of C (unescape(3)); any other character after a backslash stands for itself. */
export function unescape(text: string): string {
  return text.replace(/\\([0-7]{1,3}|[^])/g, (_, what: string) =>
    /^[0-7]/.test(what) ? String.fromCharCode(parseInt(what, 8) & 0xff) : (NAMED[what] ?? what),
  );
}
