using System.Globalization;
using Microsoft.Extensions.Logging;

namespace OrleansCompute.Cli.Hosting;

/// <summary>Writes log lines to a text writer; thread-safe.</summary>
internal sealed class TextWriterLoggerProvider(TextWriter writer, TimeProvider clock) : ILoggerProvider
{
    private readonly Lock _gate = new();

    public ILogger CreateLogger(string categoryName) => new TextWriterLogger(this, categoryName);

    public void Dispose() => writer.Flush();

    private void Write(string line)
    {
        lock (_gate)
        {
            writer.WriteLine(line);
        }
    }

    private sealed class TextWriterLogger(TextWriterLoggerProvider provider, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            provider.Write(string.Create(
                CultureInfo.InvariantCulture,
                $"{provider.Now:HH:mm:ss} {logLevel} {category[(category.LastIndexOf('.') + 1)..]}: {formatter(state, exception)}{(exception is null ? "" : $" ({exception.GetType().Name}: {exception.Message})")}"));
    }

    private DateTimeOffset Now => clock.GetUtcNow();
}
