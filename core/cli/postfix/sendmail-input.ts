/** What sendmail(1) does to its standard input before it hands it over: From_ line, lone dot. Pure. */
const LF = 0x0a;
const CR = 0x0d;

/** Each line as [start, end without line end, start of the next]. */
function* lines(input: Uint8Array): Generator<readonly [number, number, number]> {
  for (let start = 0; start < input.length;) {
    const found = input.indexOf(LF, start);
    const next = found < 0 ? input.length : found + 1;
    let end = found < 0 ? input.length : found;
    if (end > start && input[end - 1] === CR) end -= 1;
    yield [start, end, next];
    start = next;
  }
}

/**
 * The message in the input: without the `From ` or `>From ` line that a mailbox program put in front, and, when
 * `dotEnds`, up to the first line that is a single dot.
 */
export function readMessage(input: Buffer, dotEnds: boolean): Buffer {
  let from = 0;
  let inFront = true;
  for (const [start, end, next] of lines(input)) {
    const line = input.subarray(start, end);
    if (dotEnds && line.length === 1 && line[0] === 0x2e) return input.subarray(from, start);
    if (inFront && /^>*From /.test(line.subarray(0, 64).toString('latin1'))) from = next;
    else inFront = false;
  }
  return input.subarray(from);
}
