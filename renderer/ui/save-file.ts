/** Offers a text as a file to keep: the browser's own download. */
export function saveFile(name: string, text: string, type: string): void {
  saveBlob(name, new Blob([text], { type }));
}

/** The same of bytes in pieces. */
export function savePieces(name: string, pieces: readonly Uint8Array[], type: string): void {
  saveBlob(name, new Blob([...pieces] as Uint8Array<ArrayBuffer>[], { type }));
}

function saveBlob(name: string, content: Blob): void {
  const url = URL.createObjectURL(content);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has begun by the next turn.
  setTimeout(() => {
    URL.revokeObjectURL(url);
  }, 1_000);
}
