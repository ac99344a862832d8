using System.Globalization;
using OrleansCompute.Contracts.Nodes;
using Spectre.Console;

namespace OrleansCompute.Cli.Commands;

/// <summary>How tables and numbers look in every command.</summary>
internal static class Tables
{
    public static Table Create(params ReadOnlySpan<string> columns)
    {
        var table = new Table().Border(TableBorder.Simple);
        foreach (var column in columns)
        {
            // A leading > marks a column of numbers.
            var isNumber = column.StartsWith('>');
            table.AddColumn(new TableColumn(Markup.Escape(column.TrimStart('>'))) { Alignment = isNumber ? Justify.Right : Justify.Left, NoWrap = true });
        }

        return table;
    }

    public static void Row(this Table table, params ReadOnlySpan<string> cells)
    {
        var texts = new Text[cells.Length];
        for (var i = 0; i < cells.Length; i++)
        {
            // Names come from users and devices: never markup.
            texts[i] = new Text(cells[i]);
        }

        table.AddRow(texts);
    }

    public static string Number(double value, int decimals = 0) => value.ToString("N" + decimals, CultureInfo.InvariantCulture);

    /// <summary>Accelerators, of which some may be parts.</summary>
    public static string Amount(double value) => value.ToString("#,0.##", CultureInfo.InvariantCulture);

    public static string Percent(double fraction) =>
        double.IsNaN(fraction) ? "–" : (100 * fraction).ToString("0.0", CultureInfo.InvariantCulture) + " %";

    /// <summary>Jobs that hold an accelerator, with their shares where they have parts.</summary>
    public static string Holders(AcceleratorSnapshot slot) =>
        slot.Leases.IsDefaultOrEmpty ? "–" : string.Join(", ", slot.Leases.Select(lease => lease.ComputeShareFraction < 1
            ? $"{lease.Tenant}/{lease.Job} ({Percent(lease.ComputeShareFraction)})"
            : $"{lease.Tenant}/{lease.Job}"));

    /// <summary>Of when a reason is, for the end of a line.</summary>
    public static string AsOf(DateTimeOffset? time) => time is null ? "" : $" (as of {Time(time)} UTC)";

    public static string Time(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture) ?? "–";
}
