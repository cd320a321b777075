// A lost connection leaves the conversation where it is.
(() => {
  "use strict";
  // Gradio answers a lost connection by loading the page anew, which would lose the conversation.
  // So it is told of an answer that failed instead, and the page stays as it is.
  const fetched = window.fetch.bind(window);
  const LOST = 'data: {"msg":"unexpected_error","message":"lost","success":false}\n\n';
  const END = '"close_stream"';

  function unbroken(body) {
    const reader = body.getReader();
    const bytes = new TextEncoder();
    const text = new TextDecoder();
    let tail = "";
    return new ReadableStream({
      async pull(controller) {
        let part;
        try {
          part = await reader.read();
        } catch (error) {
          if (error.name === "AbortError") return controller.error(error);
          part = { done: true };
        }
        if (!part.done) {
          tail = (tail + text.decode(part.value, { stream: true })).slice(-200);
          return controller.enqueue(part.value);
        }
        if (!tail.includes(END)) controller.enqueue(bytes.encode(LOST));
        return controller.close();
      },
      cancel: (reason) => reader.cancel(reason),
    });
  }

  window.fetch = async (input, init) => {
    const url = String(input.url ?? input);
    const streams = url.includes("/gradio_api/queue/data");
    try {
      const response = await fetched(input, init);
      return streams && response.ok ? new Response(unbroken(response.body), response) : response;
    } catch (error) {
      if (error.name === "AbortError") throw error;
      if (streams) return new Response(LOST);
      if (url.includes("/gradio_api/queue/join")) {
        return new Response('{"error":"lost"}', { status: 500 });
      }
      throw error;
    }
  };
})();
