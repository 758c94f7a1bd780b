/** Making what a client sent safe for log lines and headers. */

/** Replaces what is not printable: control characters, and the replacement character of broken UTF-8 (printable(3)). */
export function printable(text: string, replacement: string): string {
  // eslint-disable-next-line no-control-regex
  return text.replace(/[\u0000-\u001f\u007f-\u009f]/g, replacement);
}

/** Characters that could mess up message headers or logs in values that a client chose (NEUTER_CHARACTERS). */
export function neuter(text: string): string {
  return text.replace(/[ <>()\\";@]/g, '?');
}

/** C-style escapes of bytes, as log lines show what a client sent (escape(3)). */
export function escapeBytes(bytes: Uint8Array): string {
  const named: Readonly<Record<number, string>> = {
    7: '\\a',
    8: '\\b',
    9: '\\t',
    10: '\\n',
    11: '\\v',
    12: '\\f',
    13: '\\r',
    92: '\\\\',
  };
  let text = '';
  for (const byte of bytes) {
    const name = named[byte];
    if (name !== undefined) text += name;
    else if (byte < 32 || byte > 126) text += `\\${byte.toString(8).padStart(3, '0')}`;
    else text += String.fromCharCode(byte);
  }
  return text;
}
