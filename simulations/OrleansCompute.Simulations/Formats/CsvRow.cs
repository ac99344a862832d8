using System.Collections.Immutable;
using System.Globalization;

namespace OrleansCompute.Simulations.Formats;

/// <summary>A line of a <see cref="CsvTable"/>: fields by the column's name, checked as they are read.</summary>
public sealed class CsvRow
{
    private readonly CsvTable _table;
    private readonly ImmutableArray<string> _fields;

    internal CsvRow(CsvTable table, int line, ImmutableArray<string> fields)
    {
        _table = table;
        _fields = fields;
        Line = line;
    }

    /// <summary>Line in the file, from 1.</summary>
    public int Line { get; }

    /// <summary>A field that is not empty.</summary>
    /// <exception cref="TraceFormatException">It is empty.</exception>
    public string Text(string column)
    {
        var index = _table.IndexOf(column);
        var text = index < 0 ? throw Bad(column, "there is no such column.") : _fields[index].Trim();
        return text.Length > 0 ? text : throw Bad(column, "the field is empty.");
    }

    /// <summary>A field that may be empty.</summary>
    public string Optional(string column)
    {
        var index = _table.IndexOf(column);
        return index < 0 ? throw Bad(column, "there is no such column.") : _fields[index].Trim();
    }

    /// <summary>A whole number in a range.</summary>
    /// <exception cref="TraceFormatException">It is no whole number, or not in the range.</exception>
    public int Whole(string column, int smallest, int largest)
    {
        var text = Text(column);
        return int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
            && value >= smallest && value <= largest
            ? value
            : throw Bad(column, $"'{text}' is no whole number from {smallest} to {largest}.");
    }

    /// <summary>A finite number in a range.</summary>
    /// <exception cref="TraceFormatException">It is no number, or not in the range.</exception>
    public double Number(string column, double smallest, double largest = double.MaxValue)
    {
        var text = Text(column);
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var value)
            && value >= smallest && value <= largest
            ? value
            : throw Bad(column, $"'{text}' is no number {(largest == double.MaxValue ? $"of {smallest} or more" : $"from {smallest} to {largest}")}.");
    }

    /// <summary>An error at a field of this line.</summary>
    public TraceFormatException Bad(string column, string problem) => new(_table.File, Line, column, problem);
}
