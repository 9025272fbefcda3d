"use strict";
// What words are compared by: letter case and accents do not count.
const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
