import { messageUrl, storedMessage } from '../../core/api/contract/resources.ts';

/** What of a drag's data is written. */
export interface DragData {
  effectAllowed: DataTransfer['effectAllowed'];
  setData(type: string, value: string): void;
}

export interface DragOutDependencies {
  /** The page's own address, which paths are added to. */
  readonly origin: string;
  /** Hands messages to the desktop, which drags real files; undefined: in a browser, where one file is a download. */
  readonly dragFiles: ((ids: readonly number[]) => void) | undefined;
}

/** Messages dragged out of the window as .eml files. */
export class DragOut {
  /** Files over the window are our own. */
  isDragging = false;
  readonly #given: DragOutDependencies;

  constructor(dependencies: DragOutDependencies) {
    this.#given = dependencies;
  }

  /** Answers whether the page's own drag shall go on. */
  start(id: number, selected: ReadonlySet<number>, data: DragData | null): boolean {
    this.isDragging = true;
    const { dragFiles, origin } = this.#given;
    if (dragFiles !== undefined) {
      dragFiles(selected.has(id) ? [...selected] : [id]);
      return false;
    }
    const url = `${origin}${messageUrl(storedMessage(id), 'source', { download: 1 })}`;
    if (data === null) return false;
    data.effectAllowed = 'copy';
    data.setData('DownloadURL', `message/rfc822:message-${id}.eml:${url}`);
    data.setData('text/uri-list', url);
    return true;
  }

  end(): void {
    this.isDragging = false;
  }
}
