/**
 * A session on smtp-server: the library's SMTPConnection owns the socket (set-up, TLS, closing, errors), a
 * Conversation decides every answer. What the library would say itself never reaches a client.
 *
 * Corrected here, each with its test: the fixed wait of 100 ms before the greeting and "You talk too soon", one write
 * for each reply, the library's texts and enhanced codes, its limits for unknown commands, its command table with
 * WIZ and SHELL, parameters of a refused MAIL that leak into the next one, its address syntax, recipients that
 * replace each other, and its reverse look-up in the real DNS.
 */
import type { Socket } from 'node:net';
import { SMTPConnection } from 'smtp-server/lib/smtp-connection.js';
import type { SMTPServer } from 'smtp-server';
import { UNKNOWN_CLIENT_NAME, type ClientName, type SmtpClient } from './client.ts';
import { Conversation } from './conversation.ts';
import { InputStream } from './input-stream.ts';
import type { SmtpService } from './service.ts';
import type { Session } from './session.ts';

/** Called when the session is over for good. */
export type OnEnd = (connection: SmtpdConnection) => void;

export class SmtpdConnection extends SMTPConnection {
  readonly #service: SmtpService;
  readonly #onEnd: OnEnd;
  #conversation: Conversation | undefined;
  #isBusy = false;

  constructor(
    server: SMTPServer,
    socket: Socket,
    options: { service: SmtpService; id: string; onEnd: OnEnd },
  ) {
    super(server, socket, { id: options.id });
    this.#service = options.service;
    this.#onEnd = options.onEnd;
  }

  /** True while a command or a message is being worked on. */
  get isBusy(): boolean {
    return this.#isBusy || this.#conversation?.isReceiving === true;
  }

  /** No 100 ms wait for early talkers, no look-up in the real DNS: the greeting leaves at once. */
  override init(): void {
    this._setListeners(() => {
      void this.#begin();
    });
  }

  async #begin(): Promise<void> {
    // Nothing is read before the greeting is decided on.
    this._socket.pause();
    this.#isBusy = true;
    const { complaint, ...named } = await this.#lookUpName();
    if (this._closed) return;
    if (complaint !== undefined) this.#service.logger.warning(complaint);
    const conversation = new Conversation(this.#service, this.#channel(), this.#client(named));
    this.#conversation = conversation;
    this.#input().attach(this.#consumer(conversation));
    this._ready = true;
    await conversation.start();
    this.#isBusy = false;
    this.#hangUpIfOver();
    this._socket.resume();
  }

  #lookUpName(): ClientName | Promise<ClientName> {
    const { settings, lookupClient } = this.#service;
    return settings.looksUpPeerName ? lookupClient(this.remoteAddress) : UNKNOWN_CLIENT_NAME;
  }

  #client(named: ClientName): SmtpClient {
    return {
      ...named,
      address: this.remoteAddress,
      socketAddress: this.remoteAddress,
      port: String(this.remotePort),
      serverAddress: this.localAddress,
      serverPort: String(this.localPort),
    };
  }

  #input(): InputStream {
    return this._parser as InputStream;
  }

  #channel() {
    const input = () => this.#input();
    return {
      write: (text: string) => {
        if (!this._socket.destroyed && this._socket.writable) this._socket.write(text);
      },
      expectContent: (...args: Parameters<InputStream['expectContent']>) => {
        input().expectContent(...args);
      },
      expectChunk: (...args: Parameters<InputStream['expectChunk']>) => {
        input().expectChunk(...args);
      },
      pending: () => input().pending(),
    };
  }

  #consumer(conversation: Conversation) {
    const { settings } = this.#service;
    const busy = async (work: Promise<void>) => {
      this.#isBusy = true;
      await work;
      this.#isBusy = false;
      this.#hangUpIfOver();
    };
    return {
      lineLengthLimit: settings.lineLengthLimit,
      messageSizeLimit: settings.messageSizeLimit,
      command: (line: Parameters<Conversation['command']>[0]) => {
        const work = conversation.command(line);
        if (work !== undefined) return busy(work);
        this.#hangUpIfOver();
        return undefined;
      },
      content: (content: Parameters<Conversation['content']>[0]) => busy(conversation.content(content)),
      chunk: (bytes: Buffer) => busy(conversation.chunk(bytes)),
      idle: () => {
        conversation.session.flush();
        return this.#drained();
      },
    };
  }

  /** A client that does not read its answers is not read from either. */
  #drained(): Promise<void> | undefined {
    const socket = this._socket;
    if (!socket.writableNeedDrain || socket.destroyed) return undefined;
    return new Promise((resolve) => {
      const done = () => {
        socket.off('drain', done).off('close', done);
        resolve();
      };
      socket.once('drain', done).once('close', done);
    });
  }

  #hangUpIfOver(): void {
    const { session, isOver } = this.#conversation ?? {};
    if (session?.isHangingUp !== true || isOver === true) return;
    session.flush();
    this.#end(false);
    // What the client says behind its QUIT is not listened to.
    this.#input().isClosed = true;
    const posting = this.#conversation?.posting;
    if (posting === undefined) this.#hangUp(session);
    else
      void posting.then(() => {
        this.#hangUp(session);
      });
  }

  #hangUp(session: Session): void {
    // The client did not wait.
    if (this._closed) return;
    if (session.where === 'QUIT' && this.#hasSaidAll()) this._socket.destroy();
    else this.close();
  }

  /**
   * Nothing is left to be sent or read: then the connection is closed as Postfix closes it, without waiting for the client's
   * own end of it. Bytes that nobody read would make that a reset, and the client could lose its last answer.
   */
  #hasSaidAll(): boolean {
    return this._socket.writableLength === 0 && !this.#input().hasPending;
  }

  /** Ends the conversation once: the session is lost when the client went without QUIT. */
  #end(isLost: boolean): void {
    const conversation = this.#conversation;
    if (conversation === undefined || conversation.isOver) return;
    const received = this._parser === false ? 0 : this.#input().receivedBytes;
    conversation.end(isLost, received);
    this.#onEnd(this);
  }

  /** The sandbox stops: said to a client that waits, at once; to others when they are done. */
  shutDown(): void {
    this.#conversation?.shutDown();
    this.#hangUpIfOver();
    if (this.#conversation === undefined) this.close();
  }

  override _createParser(): InputStream {
    const input = new InputStream();
    input.on('error', (error) => {
      this._onError(error);
      this._socket.destroy();
    });
    input.on('finish', () => {
      // The client will say no more: what it said before has been answered.
      this.#conversation?.session.flush();
      this.#end(true);
      this.close();
    });
    return input;
  }

  /** Only the client's silence counts, not the time that our own work takes. */
  override _onTimeout(): void {
    if (this._closing || this._closed) {
      this._socket.destroy();
      return;
    }
    if (this.#isBusy || this.#conversation === undefined) {
      this._armTimeout();
      return;
    }
    this.#conversation.timeout();
    this.#hangUpIfOver();
  }

  override _onClose(): void {
    this.#end(true);
    super._onClose();
  }

  /** A socket error is a lost connection, whatever the state of the transaction. */
  override _onError(error: Error): void {
    this._server.logger.debug({ tnx: 'error', err: error }, '%s', error.message);
    this.close();
  }

  /** The library has something to say: it is never heard. The session ends with Postfix's own words for trouble. */
  override send(): void {
    const session = this.#conversation?.session;
    if (session === undefined) {
      this.close();
      return;
    }
    session.say({
      code: 421,
      enhanced: '4.3.0',
      lines: [`${this.#service.settings.myhostname} Server local error`],
      closes: true,
    });
    this.#hangUpIfOver();
  }
}
