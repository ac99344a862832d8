using System.Globalization;

namespace OrleansCompute.Simulations.Tables;

/// <summary>
/// Reads a text table line by line: values between separators, without quotes (no trace here has any). Errors name the file, the line
/// and the column.
/// </summary>
public sealed class TableReader : IDisposable
{
    /// <summary>Longest line, characters: a trace with longer ones is not a trace.</summary>
    public const int MaxLineLength = 65_536;

    private readonly TextReader _text;
    private readonly char _separator;
    private readonly Dictionary<string, int> _columns = new(StringComparer.Ordinal);
    private string[] _values = [];

    private TableReader(string file, TextReader text, char separator)
    {
        File = file;
        _text = text;
        _separator = separator;
    }

    /// <summary>What errors call the file.</summary>
    public string File { get; }

    /// <summary>Number of the line read last, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>Number of values on the line read last.</summary>
    public int Count => _values.Length;

    /// <summary>Opens a table whose first line names the columns.</summary>
    /// <param name="file">What errors call it.</param>
    /// <param name="text">The text; disposed with the reader.</param>
    /// <param name="separator">Between values.</param>
    /// <param name="required">Columns that must be there.</param>
    /// <exception cref="TableFormatException">The file is empty, or a column is missing or there twice.</exception>
    public static TableReader WithHeader(string file, TextReader text, char separator, params ReadOnlySpan<string> required)
    {
        var reader = new TableReader(file, text, separator);
        if (!reader.Read())
        {
            throw new TableFormatException(file, 1, "1", "the file is empty; its first line names the columns.");
        }

        for (var i = 0; i < reader._values.Length; i++)
        {
            var name = reader._values[i].Trim().TrimStart('\uFEFF');
            if (!reader._columns.TryAdd(name, i))
            {
                throw new TableFormatException(file, 1, $"{i + 1}", $"there are two columns '{name}'.");
            }
        }

        foreach (var name in required)
        {
            if (!reader._columns.ContainsKey(name))
            {
                throw new TableFormatException(
                    file, 1, $"{reader._values.Length + 1}", $"there is no column '{name}'; there are {string.Join(", ", reader._columns.Keys)}.");
            }
        }

        return reader;
    }

    /// <summary>Opens a table without names; columns are addressed by number.</summary>
    /// <param name="file">What errors call it.</param>
    /// <param name="text">The text; disposed with the reader.</param>
    /// <param name="separator">Between values.</param>
    /// <param name="names">What errors call the columns, from the first.</param>
    public static TableReader WithoutHeader(string file, TextReader text, char separator, params ReadOnlySpan<string> names)
    {
        var reader = new TableReader(file, text, separator);
        for (var i = 0; i < names.Length; i++)
        {
            reader._columns.Add(names[i], i);
        }

        return reader;
    }

    /// <summary>Reads the next line that is not empty; false at the end.</summary>
    public bool Read()
    {
        string? line;
        do
        {
            line = _text.ReadLine();
            Line++;
            if (line is null)
            {
                return false;
            }

            if (line.Length > MaxLineLength)
            {
                throw new TableFormatException(File, Line, "1", $"the line has {line.Length} characters; allowed up to {MaxLineLength}.");
            }
        }
        while (string.IsNullOrWhiteSpace(line));

        _values = line.Split(_separator);
        return true;
    }

    /// <summary>Whether there is a column of this name.</summary>
    public bool Has(string column) => _columns.ContainsKey(column);

    /// <summary>A value as text, without spaces at its ends.</summary>
    public string Text(string column)
    {
        var at = _columns[column];
        return at < _values.Length
            ? _values[at].Trim()
            : throw new TableFormatException(File, Line, $"{at + 1} ({column})", $"the line ends after {_values.Length} values.");
    }

    /// <summary>A whole number in a range.</summary>
    public long Whole(string column, long min, long max)
    {
        var text = Text(column);
        return long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw Error(column, $"'{Short(text)}' is no whole number from {min} to {max}.");
    }

    /// <summary>A finite number in a range.</summary>
    public double Number(string column, double min, double max)
    {
        var text = Text(column);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && value >= min && value <= max
            ? value
            : throw Error(column, string.Create(CultureInfo.InvariantCulture, $"'{Short(text)}' is no number from {min} to {max}."));
    }

    /// <summary>An error at a column of the line read last.</summary>
    public TableFormatException Error(string column, string problem) => new(File, Line, $"{_columns[column] + 1} ({column})", problem);

    /// <inheritdoc/>
    public void Dispose() => _text.Dispose();

    private static string Short(string text) => text.Length <= 40 ? text : string.Concat(text.AsSpan(0, 40), "…");
}
