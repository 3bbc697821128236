import type { VehicleStatus } from '../api/wire-types';
import type { Theme } from '../app/theme';
import { mapColours } from './map-colours';

/** Drawn at twice the size, for sharp screens. */
export const ICON_RATIO = 2;
const SIZE = 30 * ICON_RATIO;
const MIDDLE = SIZE / 2;

/**
 * A marker for each status, told apart by shape as well as by colour: driving is an arrow that turns with the heading, idling a disc
 * with a pause sign, parked a square with a P, offline a hollow diamond with a cross.
 */
export const vehicleIcons = (theme: Theme): Readonly<Record<VehicleStatus, ImageData>> => ({
  driving: drawn(theme, 'driving', arrow),
  idling: drawn(theme, 'idling', disc),
  parked: drawn(theme, 'parked', square),
  offline: drawn(theme, 'offline', diamond),
});

type Draw = (pen: CanvasRenderingContext2D, colour: string, sign: string, rim: string) => void;

const drawn = (theme: Theme, status: VehicleStatus, draw: Draw): ImageData => {
  const canvas = document.createElement('canvas');
  canvas.width = SIZE;
  canvas.height = SIZE;
  const pen = canvas.getContext('2d')!;
  pen.lineJoin = 'round';
  pen.lineCap = 'round';
  const { status: colours, sign, rim } = mapColours[theme];
  draw(pen, colours[status], sign, rim);
  return pen.getImageData(0, 0, SIZE, SIZE);
};

const filled = (pen: CanvasRenderingContext2D, colour: string, rim: string): void => {
  pen.lineWidth = 5;
  pen.strokeStyle = rim;
  pen.stroke();
  pen.fillStyle = colour;
  pen.fill();
};

/** Points north. */
const arrow: Draw = (pen, colour, _sign, rim) => {
  pen.beginPath();
  pen.moveTo(MIDDLE, 6);
  pen.lineTo(MIDDLE + 19, SIZE - 10);
  pen.lineTo(MIDDLE, SIZE - 20);
  pen.lineTo(MIDDLE - 19, SIZE - 10);
  pen.closePath();
  filled(pen, colour, rim);
};

const disc: Draw = (pen, colour, sign, rim) => {
  pen.beginPath();
  pen.arc(MIDDLE, MIDDLE, 18, 0, 2 * Math.PI);
  filled(pen, colour, rim);
  pen.fillStyle = sign;
  pen.fillRect(MIDDLE - 8, MIDDLE - 8, 5, 16);
  pen.fillRect(MIDDLE + 3, MIDDLE - 8, 5, 16);
};

const square: Draw = (pen, colour, sign, rim) => {
  pen.beginPath();
  pen.roundRect(MIDDLE - 17, MIDDLE - 17, 34, 34, 8);
  filled(pen, colour, rim);
  pen.fillStyle = sign;
  pen.font = '700 24px sans-serif';
  pen.textAlign = 'center';
  pen.textBaseline = 'middle';
  pen.fillText('P', MIDDLE + 1, MIDDLE + 2);
};

const diamond: Draw = (pen, colour, _sign, rim) => {
  pen.beginPath();
  pen.moveTo(MIDDLE, MIDDLE - 22);
  pen.lineTo(MIDDLE + 22, MIDDLE);
  pen.lineTo(MIDDLE, MIDDLE + 22);
  pen.lineTo(MIDDLE - 22, MIDDLE);
  pen.closePath();
  filled(pen, rim, rim);
  pen.strokeStyle = colour;
  pen.lineWidth = 5;
  pen.stroke();
  pen.beginPath();
  for (const [x, y] of [
    [-1, -1],
    [1, -1],
  ] as const) {
    pen.moveTo(MIDDLE + 7 * x, MIDDLE + 7 * y);
    pen.lineTo(MIDDLE - 7 * x, MIDDLE - 7 * y);
  }
  pen.stroke();
};
