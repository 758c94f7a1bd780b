/**
 * How long a queue file is: Postfix keeps messages as records, and what it calls a message's size is the size of its
 * content records (`size=` in the log, SIZE= to the next server, `${size}` of pipe(8)). A record is a type, a length in
 * digits of seven bits and the text without line end (rec_put in Postfix's record(3)). Pure.
 */

const LF = 0x0a;
const CR = 0x0d;

/** Bytes of one record. */
export function recordBytes(length: number): number {
  let digits = 1;
  for (let rest = length; rest >= 128; rest = Math.floor(rest / 128)) digits++;
  return 1 + digits + length;
}

/** Bytes of one line: whole pieces of line_length_limit, and what is left, which may be nothing. */
export function lineRecordBytes(length: number, limit: number): number {
  if (length < 128 && length < limit) return length + 2;
  const pieces = Math.floor(length / limit);
  return pieces * recordBytes(limit) + recordBytes(length - pieces * limit);
}

/** Bytes of lines that end in LF or CRLF. */
export function textRecordBytes(bytes: Uint8Array, limit: number): number {
  let sum = 0;
  for (let start = 0; start < bytes.length;) {
    const newline = bytes.indexOf(LF, start);
    const end = newline < 0 ? bytes.length : newline;
    const hasReturn = newline > start && bytes[newline - 1] === CR;
    sum += lineRecordBytes(end - start - (hasReturn ? 1 : 0), limit);
    start = end + 1;
  }
  return sum;
}
