/// The figures of Verify.Report as charts of Plotly.NET (https://plotly.net), which notebooks show and which can be styled
/// further. Not compiled where the project is built and tested, since the package does not restore there: written for 5.1.
module Verify.PlotlyNet.Charts

open DynamicObj
open Newtonsoft.Json.Linq
open Plotly.NET
open Verify.Report

/// The members of a JSON object become those of one of Plotly.NET's dynamic objects.
let private filled (target: 'T :> DynamicObj) (json: JToken) =
    for property in (json :?> JObject).Properties() do
        target.SetProperty(property.Name, property.Value)

    target

/// A figure as a chart.
let ofFigure (figure: Figure) =
    let json = JObject.Parse(Plotly.Write figure)

    let traces =
        [ for trace in json["data"] -> filled (Trace(string trace["type"])) trace ]

    GenericChart.fromFigure (Figure.create traces (filled (Layout()) json["layout"]))
