using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace OrleansCompute.Dashboard.Tests.Browser;

/// <summary>A page, and everything that went wrong in it.</summary>
internal sealed class BrowserPage : IAsyncDisposable
{
    private readonly IBrowserContext _context;
    private readonly ConcurrentQueue<string> _errors = new();

    public BrowserPage(IBrowserContext context, IPage page)
    {
        _context = context;
        Page = page;
        Page.SetDefaultTimeout(20_000);
        Page.Console += (_, message) =>
        {
            if (message.Type is "error" or "warning")
            {
                _errors.Enqueue(message.Text);
            }
        };
        Page.PageError += (_, error) => _errors.Enqueue(error);
        Page.RequestFailed += (_, request) => Fail(request);
    }

    public IPage Page { get; }

    public IReadOnlyCollection<string> Errors => _errors;

    /// <summary>Opens a page and waits until its live stream has spoken.</summary>
    public async Task GoLiveAsync(Uri address)
    {
        await Page.GotoAsync(address.AbsoluteUri, new PageGotoOptions { WaitUntil = WaitUntilState.DOMContentLoaded });
        await Page.Locator("#live[data-state=live]").WaitForAsync();
    }

    public async ValueTask DisposeAsync() => await _context.DisposeAsync();

    private void Fail(IRequest request)
    {
        // Leaving a page ends its stream: that is no failure.
        if (!request.Url.Contains("/_dashboard/live", StringComparison.Ordinal))
        {
            _errors.Enqueue($"{request.Url}: {request.Failure}");
        }
    }
}
