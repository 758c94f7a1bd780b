/** One listener: smtp-server's SMTPServer, with our sessions in place of the library's. */
import type { Server, Socket } from 'node:net';
import { SMTPServer } from 'smtp-server';
import { SmtpdConnection } from './connection.ts';
import type { SmtpService } from './service.ts';

/** Undefined: smtpd cannot run with its configuration; clients are left waiting, as Postfix's are. */
export type CurrentService = () => SmtpService | undefined;

const ignore = () => {
  // Errors of a socket that nobody answers.
};

export class SmtpdServer extends SMTPServer {
  readonly #service: CurrentService;
  readonly #sessions = new Set<SmtpdConnection>();
  readonly #unanswered = new Set<Socket>();
  #serial = 0;

  constructor(service: CurrentService, timeoutMs: number) {
    super({
      // The library's own features are off: what a client may do is decided by the configuration of Postfix.
      disabledCommands: ['AUTH', 'STARTTLS'],
      disableReverseLookup: true,
      hideSTARTTLS: true,
      logger: false,
      socketTimeout: timeoutMs,
      // A client may close its side after QUIT and still wants to read the answer.
      allowHalfOpen: true,
      noDelay: true,
      // Said nowhere; without it the library asks the system for each connection.
      name: 'localhost',
    });
    this.#service = service;
    this.on('error', ignore);
  }

  get listener(): Server {
    return this.server;
  }

  override connect(socket: Socket): void {
    const service = this.#service();
    if (service === undefined) {
      this.#leaveWaiting(socket);
      return;
    }
    const connection = new SmtpdConnection(this, socket, {
      service,
      id: String(++this.#serial),
      onEnd: (ended) => {
        this.#sessions.delete(ended);
      },
    });
    this.connections.add(connection);
    this.#sessions.add(connection);
    connection.init();
  }

  /** No PROXY protocol: nothing has to be read first, and nobody uses the random name that the library gives a session. */
  override _handleProxy(_socket: Socket, callback: (error: null) => void): void {
    callback(null);
  }

  #leaveWaiting(socket: Socket): void {
    this.#unanswered.add(socket);
    socket.on('error', ignore);
    socket.once('close', () => this.#unanswered.delete(socket));
    socket.resume();
    socket.once('end', () => socket.end());
  }

  /** Takes no new connection; lets messages under way finish for `graceMs`, then cuts. */
  shutDown(graceMs: number): Promise<void> {
    for (const socket of this.#unanswered) socket.destroy();
    return new Promise((resolve) => {
      const cut = setTimeout(() => {
        for (const connection of this.connections) connection._socket.destroy();
      }, graceMs);
      const sweep = setInterval(() => {
        this.#dismiss();
      }, 50);
      this.server.close(() => {
        clearTimeout(cut);
        clearInterval(sweep);
        resolve();
      });
      this.#dismiss();
    });
  }

  #dismiss(): void {
    for (const connection of this.#sessions) if (!connection.isBusy) connection.shutDown();
  }
}
