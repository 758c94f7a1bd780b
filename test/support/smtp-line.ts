/** One SMTP connection, spoken by hand: a command after each reply. */
import { connect, type Socket } from 'node:net';

export class SmtpLine {
  readonly #socket: Socket;
  #received = '';
  #wake: () => void = () => undefined;

  constructor(port: number) {
    this.#socket = connect(port, '127.0.0.1');
    this.#socket.setEncoding('utf8').on('data', (text: string) => {
      this.#received += text;
      this.#wake();
    });
  }

  async reply(): Promise<string> {
    for (;;) {
      const end = /^\d{3} .*\r\n/m.exec(this.#received);
      if (end !== null) {
        const length = end.index + end[0].length;
        const text = this.#received.slice(0, length);
        this.#received = this.#received.slice(length);
        return text.trimEnd().replaceAll('\r\n', '\n');
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  say(line: string): Promise<string> {
    this.#socket.write(`${line}\r\n`);
    return this.reply();
  }

  close(): void {
    this.#socket.destroy();
  }
}
