using System.Collections.Immutable;

namespace OrleansCompute.Simulations.Formats;

/// <summary>
/// A small comma-separated file with a header, columns found by name. Fields are numbers and names: quotes are not supported, and
/// refused. Immutable.
/// </summary>
public sealed class CsvTable
{
    /// <summary>Largest file, bytes: three times the largest that the readers here are meant for.</summary>
    public const long MaxBytes = 64 << 20;

    /// <summary>Most lines.</summary>
    public const int MaxLines = 2_000_000;

    private readonly ImmutableArray<string> _columns;

    private CsvTable(string file, ImmutableArray<string> columns, ImmutableArray<CsvRow> rows)
    {
        File = file;
        _columns = columns;
        Rows = rows;
    }

    /// <summary>Name of the file, for messages.</summary>
    public string File { get; }

    /// <summary>Rows, in the order of the file; empty lines are left out.</summary>
    public ImmutableArray<CsvRow> Rows { get; }

    /// <summary>Reads a file.</summary>
    /// <param name="path">The file.</param>
    /// <param name="required">Columns that must be there; others may be.</param>
    /// <exception cref="TraceFormatException">The file is too large, or not of this form.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static CsvTable Read(string path, params ReadOnlySpan<string> required)
    {
        var length = new FileInfo(path).Length;
        if (length > MaxBytes)
        {
            throw new TraceFormatException(path, 0, "", $"the file has {length} bytes; allowed up to {MaxBytes}.");
        }

        using var reader = new StreamReader(path);
        return Read(path, reader, required);
    }

    /// <summary>Reads text.</summary>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="reader">The text.</param>
    /// <param name="required">Columns that must be there; others may be.</param>
    /// <exception cref="TraceFormatException">The text is not of this form.</exception>
    public static CsvTable Read(string file, TextReader reader, params ReadOnlySpan<string> required)
    {
        ArgumentNullException.ThrowIfNull(reader);
        var header = reader.ReadLine() ?? throw new TraceFormatException(file, 1, "", "the file is empty; a header is needed.");
        var columns = header.TrimEnd('\r').TrimStart('\uFEFF').Split(',').Select(name => name.Trim()).ToImmutableArray();
        foreach (var name in required)
        {
            if (!columns.Contains(name))
            {
                throw new TraceFormatException(file, 1, name, $"the header lacks this column; it has: {string.Join(", ", columns)}.");
            }
        }

        if (columns.Distinct(StringComparer.Ordinal).Count() != columns.Length)
        {
            throw new TraceFormatException(file, 1, "", $"the header names a column twice: {string.Join(", ", columns)}.");
        }

        var rows = ImmutableArray.CreateBuilder<CsvRow>();
        var table = new CsvTable(file, columns, []);
        for (var line = 2; reader.ReadLine() is { } text; line++)
        {
            if (line > MaxLines)
            {
                throw new TraceFormatException(file, line, "", $"the file has more than {MaxLines} lines; split it.");
            }

            text = text.TrimEnd('\r');
            if (text.Length == 0)
            {
                continue;
            }

            var fields = text.Split(',');
            if (fields.Length != columns.Length)
            {
                throw new TraceFormatException(
                    file, line, "", $"the line has {fields.Length} fields; the header has {columns.Length} columns.");
            }

            if (text.Contains('"', StringComparison.Ordinal))
            {
                throw new TraceFormatException(file, line, "", "the line has a quote; fields are plain names and numbers here.");
            }

            if (text.Any(letter => char.IsControl(letter) && letter != '\t'))
            {
                throw new TraceFormatException(file, line, "", "the line has a character that is no text; this is no comma-separated file.");
            }

            rows.Add(new CsvRow(table, line, [.. fields]));
        }

        return new CsvTable(file, columns, rows.DrainToImmutable());
    }

    /// <summary>Whether there is a column of this name.</summary>
    public bool Has(string column) => _columns.Contains(column);

    internal int IndexOf(string column) => _columns.IndexOf(column);
}
