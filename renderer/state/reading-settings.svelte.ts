const KEY = 'sandpost.reading';

/** What messages may load from elsewhere, remembered on this machine. */
export class ReadingSettings {
  /** Remote content is never loaded, and there is no button for it. */
  isRemoteForbidden = $state(false);
  /** What comes from this machine (127.0.0.1, localhost) is loaded without asking. */
  isLoopbackAllowed = $state(false);
  readonly #storage: Pick<Storage, 'getItem' | 'setItem'>;

  constructor(storage: Pick<Storage, 'getItem' | 'setItem'>) {
    this.#storage = storage;
    const words = (storage.getItem(KEY) ?? '').split(' ');
    this.isRemoteForbidden = words.includes('forbid-remote');
    this.isLoopbackAllowed = words.includes('allow-loopback');
  }

  forbidRemote(isForbidden: boolean): void {
    this.isRemoteForbidden = isForbidden;
    this.#keep();
  }

  allowLoopback(isAllowed: boolean): void {
    this.isLoopbackAllowed = isAllowed;
    this.#keep();
  }

  #keep(): void {
    const words = [
      ...(this.isRemoteForbidden ? ['forbid-remote'] : []),
      ...(this.isLoopbackAllowed ? ['allow-loopback'] : []),
    ];
    this.#storage.setItem(KEY, words.join(' '));
  }
}
