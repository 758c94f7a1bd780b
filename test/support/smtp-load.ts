/** SMTP clients at full speed over persistent, pipelining connections; tells which messages were acknowledged. */
import net from 'node:net';

export interface Load {
  /** Subjects of the messages answered with 250 after the dot. */
  readonly acknowledged: ReadonlySet<string>;
  /** Subjects sent completely, answered or not. */
  readonly sent: ReadonlySet<string>;
  /** Resolves when all connections are gone. */
  readonly finished: Promise<void>;
  /** No new messages; connections close after the present one. */
  end(): void;
}

export interface LoadOptions {
  readonly port: number;
  readonly connections: number;
  /** Subjects are `${prefix}-${n}`. */
  readonly prefix: string;
  readonly recipient: string;
  /** Stops after so many messages. */
  readonly count: number;
}

const BODY = `${'The quick brown fox jumps over the lazy dog. '.repeat(20).replace(/(.{70}) /g, '$1\r\n')}\r\n`;

function message(subject: string, recipient: string): string {
  return `From: load@client.test\r\nTo: ${recipient}\r\nSubject: ${subject}\r\n\r\n${BODY}.\r\n`;
}

export function startLoad(options: LoadOptions): Load {
  const acknowledged = new Set<string>();
  const sent = new Set<string>();
  let next = 0;
  let isEnding = false;

  function connection(): Promise<void> {
    return new Promise((resolve) => {
      const socket = net.connect(options.port, '127.0.0.1');
      socket.setNoDelay(true);
      let buffer = '';
      let current = '';
      /** Replies still to come before the next step: the greeting first. */
      let waiting = 1;
      let step: 'greeting' | 'hello' | 'envelope' | 'content' | 'quit' = 'greeting';

      function advance(line: string): void {
        switch (step) {
          case 'greeting':
            socket.write('EHLO load.test\r\n');
            step = 'hello';
            waiting = 1;
            break;
          case 'content':
            if (line.startsWith('250')) acknowledged.add(current);
            begin();
            break;
          case 'hello':
            begin();
            break;
          case 'envelope':
            if (!line.startsWith('354')) throw new Error(`unexpected reply: ${line}`);
            sent.add(current);
            socket.write(message(current, options.recipient));
            step = 'content';
            waiting = 1;
            break;
          case 'quit':
            socket.end();
            break;
        }
      }

      function begin(): void {
        waiting = 1;
        if (isEnding || next >= options.count) {
          step = 'quit';
          socket.write('QUIT\r\n');
          return;
        }
        current = `${options.prefix}-${next++}`;
        socket.write(`MAIL FROM:<load@client.test>\r\nRCPT TO:<${options.recipient}>\r\nDATA\r\n`);
        step = 'envelope';
        waiting = 3;
      }

      socket.setEncoding('latin1');
      socket.on('data', (text: Buffer | string) => {
        buffer += text.toString();
        for (let at = buffer.indexOf('\n'); at >= 0; at = buffer.indexOf('\n')) {
          const line = buffer.slice(0, at);
          buffer = buffer.slice(at + 1);
          if (/^\d{3}-/.test(line)) continue;
          waiting--;
          if (waiting === 0) advance(line);
        }
      });
      socket.on('error', () => undefined);
      socket.on('close', () => {
        resolve();
      });
    });
  }

  return {
    acknowledged,
    sent,
    finished: Promise.all(Array.from({ length: options.connections }, connection)).then(() => undefined),
    end() {
      isEnding = true;
    },
  };
}
