/** Whether there is such a day; the engine's own reader of dates takes the 30th of February for the 2nd of March. */
export const isCalendarDay = (year: number, month: number, day: number): boolean =>
  month >= 1 && month <= 12 && day >= 1 && (day <= 28 || day <= lengthOf(year, month));

const lengthOf = (year: number, month: number): number => {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
};

/** Of a text that begins with `YYYY-MM-DD`: whether there is that day. */
export const beginsWithDay = (text: string): boolean =>
  isCalendarDay(Number(text.slice(0, 4)), Number(text.slice(5, 7)), Number(text.slice(8, 10)));
