/// Small tools of a web application: parameters of an address, tables as CSV, files of the pages,
/// and the refusal of requests that other sites have a browser send.
@org.jspecify.annotations.NullMarked
package dev.tesuji.studio.web;
