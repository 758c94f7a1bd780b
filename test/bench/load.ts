/**
 * Load as a process of its own, so that its work is not counted as the server's.
 *
 *   node test/bench/load.ts PORT CONNECTIONS MESSAGES BYTES RECIPIENT keep|each
 *
 * keep: persistent, pipelining connections; each: one connection a message. Prints { messages, errors, seconds, perSecond }.
 */
import net from 'node:net';

const [port, connections, messages, bytes, recipient, mode] = process.argv.slice(2);
const total = Number(messages);
const line = `${'x'.repeat(70)}\r\n`;
const head = `From: load@client.test\r\nTo: ${recipient ?? ''}\r\nSubject: load\r\nDate: Sun, 22 Nov 2026 10:00:00 +0000\r\nMessage-ID: <load@client.test>\r\n\r\n`;
const body = line.repeat(Math.max(1, Math.ceil((Number(bytes) - head.length) / line.length)));
const content = Buffer.from(`${head}${body}.\r\n`, 'latin1');
const envelope = `MAIL FROM:<load@client.test>\r\nRCPT TO:<${recipient ?? ''}>\r\nDATA\r\n`;

let left = total;
let done = 0;
let errors = 0;

function connection(): Promise<void> {
  return new Promise((resolve) => {
    const socket = net.connect(Number(port), '127.0.0.1');
    socket.setNoDelay(true);
    let buffer = '';
    let waiting = 1;
    let step: 'greeting' | 'hello' | 'envelope' | 'content' | 'quit' = 'greeting';
    let mine = 0;

    function begin(): void {
      if (left <= 0 || (mode === 'each' && mine > 0)) {
        step = 'quit';
        waiting = 1;
        socket.write('QUIT\r\n');
        return;
      }
      left--;
      mine++;
      step = 'envelope';
      waiting = 3;
      socket.write(envelope);
    }

    function advance(): void {
      if (step === 'greeting') {
        step = 'hello';
        waiting = 1;
        socket.write('EHLO load.test\r\n');
      } else if (step === 'hello') begin();
      else if (step === 'envelope') {
        step = 'content';
        waiting = 1;
        socket.write(content);
      } else if (step === 'content') {
        done++;
        begin();
      } else socket.end();
    }

    socket.on('data', (chunk: Buffer) => {
      buffer += chunk.toString('latin1');
      for (let at = buffer.indexOf('\n'); at >= 0; at = buffer.indexOf('\n')) {
        const isLast = buffer.charCodeAt(3) !== 45;
        const first = buffer.charCodeAt(0);
        buffer = buffer.slice(at + 1);
        if (!isLast) continue;
        if (first === 52 || first === 53) errors++;
        if (--waiting === 0) advance();
      }
    });
    socket.on('error', () => errors++);
    socket.on('close', () => {
      resolve();
    });
  });
}

async function lane(): Promise<void> {
  do await connection();
  while (left > 0 && errors < 100);
}

const startedAt = performance.now();
await Promise.all(Array.from({ length: Number(connections) }, lane));
const seconds = (performance.now() - startedAt) / 1000;
process.stdout.write(
  `${JSON.stringify({ messages: done, errors, seconds, perSecond: Math.round(done / seconds) })}\n`,
);
