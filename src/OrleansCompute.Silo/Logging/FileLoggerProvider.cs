using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging;

namespace OrleansCompute.Silo.Logging;

/// <summary>
/// Appends log lines to one file. When it passes its limit it becomes the previous file, so that logs never fill the disk.
/// Thread-safe.
/// </summary>
internal sealed class FileLoggerProvider : ILoggerProvider
{
    // Two files of 16 MiB hold days of an ordinary server's warnings.
    private const long MaxFileBytes = 16 * 1024 * 1024;
    private readonly string _path;
    private readonly LogLevel _level;
    private readonly TimeProvider _clock;
    private readonly Lock _gate = new();
    private StreamWriter _writer;
    private bool _isClosed;

    public FileLoggerProvider(string path, LogLevel level, TimeProvider clock)
    {
        (_path, _level, _clock) = (path, level, clock);
        _writer = Open();
    }

    public ILogger CreateLogger(string categoryName) => new FileLogger(this, categoryName);

    public void Dispose()
    {
        lock (_gate)
        {
            _isClosed = true;
            _writer.Dispose();
        }
    }

    private StreamWriter Open() => new(new FileStream(_path, FileMode.Append, FileAccess.Write, FileShare.ReadWrite), new UTF8Encoding(encoderShouldEmitUTF8Identifier: false))
    {
        AutoFlush = true,
    };

    private void Write(string line)
    {
        lock (_gate)
        {
            if (_isClosed)
            {
                return;
            }

            if (_writer.BaseStream.Length > MaxFileBytes)
            {
                _writer.Dispose();
                File.Move(_path, _path + ".1", overwrite: true);
                _writer = Open();
            }

            _writer.WriteLine(line);
        }
    }

    private sealed class FileLogger(FileLoggerProvider file, string category) : ILogger
    {
        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => logLevel >= file._level && logLevel != LogLevel.None;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            if (IsEnabled(logLevel))
            {
                var time = file._clock.GetUtcNow().ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
                var tail = exception is null ? "" : Environment.NewLine + exception;
                file.Write($"{time} {logLevel,-11} {category}[{eventId.Id}] {formatter(state, exception)}{tail}");
            }
        }
    }
}
