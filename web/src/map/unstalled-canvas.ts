import type { Map as MapLibreMap } from 'maplibre-gl';

/** How often a picture that is being drawn is asked after. */
const LOOK_MS = 6;
const DRAWN_BY_THE_PROCESSOR = /swiftshader|llvmpipe|softpipe|software|basic render/i;

interface Picture {
  pixels: WebGLBuffer;
  drawn: WebGLSync;
  width: number;
  height: number;
}

/**
 * Without a graphics card the browser itself waits, in its main thread, until a picture of the map is drawn: it reads it back to put the page
 * together, for tenths of a second on a busy machine, and no key and no press is heard meanwhile. Here the map's own canvas is never
 * shown. Each picture is copied aside by the drawing process, fetched once it is done, and put on a plain canvas in its place; until then the
 * map begins no other, so that pictures do not queue up.
 *
 * Where there is a graphics card nothing is changed.
 * @returns stop
 */
export const unstallCanvas = (map: MapLibreMap): (() => void) => {
  const canvas = map.getCanvas();
  const gl = canvas.getContext('webgl2') as WebGL2RenderingContext | null;
  if (gl === null || !isDrawnByTheProcessor(gl)) return () => {};

  const shown = document.createElement('canvas');
  const pen = shown.getContext('2d', { alpha: false })!;
  shown.className = 'map-picture';
  shown.setAttribute('aria-hidden', 'true');
  shown.dataset.pictures = '0';
  canvas.after(shown);
  // Not hidden: it has the focus, the name and the pointer. What is quite transparent is not put together either.
  canvas.style.opacity = '0';

  let underWay: Picture | undefined;
  let image: ImageData | undefined;
  let wanted = false;
  let timer: number | undefined;
  let pictures = 0;

  const drop = (): void => {
    if (underWay === undefined) return;
    gl.deleteSync(underWay.drawn);
    gl.deleteBuffer(underWay.pixels);
    underWay = undefined;
  };

  /** Asks for the picture that was just drawn; nothing waits for it here. */
  const order = (): void => {
    drop();
    const { drawingBufferWidth: width, drawingBufferHeight: height } = gl;
    const pixels = gl.createBuffer();
    gl.bindFramebuffer(gl.READ_FRAMEBUFFER, null);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, pixels);
    gl.bufferData(gl.PIXEL_PACK_BUFFER, width * height * 4, gl.STREAM_READ);
    gl.readPixels(0, 0, width, height, gl.RGBA, gl.UNSIGNED_BYTE, 0);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    const drawn = gl.fenceSync(gl.SYNC_GPU_COMMANDS_COMPLETE, 0);
    gl.flush();
    if (drawn === null) return;
    underWay = { pixels, drawn, width, height };
    window.clearTimeout(timer);
    timer = window.setTimeout(look, LOOK_MS);
  };

  const look = (): void => {
    // A graphics process that was lost never gets done; the library draws again when it is back.
    if (gl.isContextLost()) drop();
    if (underWay === undefined) return;
    if (gl.getSyncParameter(underWay.drawn, gl.SYNC_STATUS) !== gl.SIGNALED) {
      timer = window.setTimeout(look, LOOK_MS);
      return;
    }
    show(underWay);
    drop();
    if (!wanted) return;
    wanted = false;
    repaint();
  };

  const show = ({ pixels, width, height }: Picture): void => {
    if (image?.width !== width || image.height !== height) {
      image = new ImageData(width, height);
      shown.width = width;
      shown.height = height;
    }
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, pixels);
    gl.getBufferSubData(gl.PIXEL_PACK_BUFFER, 0, image.data);
    gl.bindBuffer(gl.PIXEL_PACK_BUFFER, null);
    // Its rows come from below; the style sheet turns them over.
    pen.putImageData(image, 0, 0);
    shown.dataset.pictures = String(++pictures);
  };

  const repaint = map.triggerRepaint.bind(map);
  map.triggerRepaint = () => {
    if (underWay === undefined) repaint();
    else wanted = true;
  };
  map.on('render', order);
  return () => {
    window.clearTimeout(timer);
    map.off('render', order);
    drop();
  };
};

const isDrawnByTheProcessor = (gl: WebGL2RenderingContext): boolean => {
  const names = gl.getExtension('WEBGL_debug_renderer_info');
  return DRAWN_BY_THE_PROCESSOR.test(String(gl.getParameter(names?.UNMASKED_RENDERER_WEBGL ?? gl.RENDERER)));
};
